{# The distinct values of a group in alphabetical order, comma-separated. #}
{% macro sorted_list(column) -%}{{ return(adapter.dispatch('sorted_list')(column)) }}{%- endmacro %}
{% macro default__sorted_list(column) -%}string_agg(distinct {{ column }}, ',' order by {{ column }}){%- endmacro %}
{% macro spark__sorted_list(column) -%}array_join(sort_array(collect_set({{ column }})), ','){%- endmacro %}
