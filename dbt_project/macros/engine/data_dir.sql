{# The root of all zones (raw, quality, state): an absolute path, as it stands in a text of SQL that DuckDB may read as a pattern. #}
{% macro data_dir() -%}
    {{ env_var('PERPS_DATA_DIR') | replace("'", "''") | replace('[', '[[]') | replace('*', '[*]') }}
{%- endmacro %}
