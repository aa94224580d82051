{# The root of all zones (raw, quality, state): an absolute path. #}
{% macro data_dir() -%}
    {{ env_var('PERPS_DATA_DIR') }}
{%- endmacro %}
