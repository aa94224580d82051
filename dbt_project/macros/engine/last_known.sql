{# The newest value so far that is not null, for use before `over (…)`. Engines put `ignore nulls` in different places. #}
{% macro last_known(column) -%}{{ return(adapter.dispatch('last_known')(column)) }}{%- endmacro %}
{% macro default__last_known(column) -%}last_value({{ column }} ignore nulls){%- endmacro %}
{% macro spark__last_known(column) -%}last_value({{ column }}) ignore nulls{%- endmacro %}
