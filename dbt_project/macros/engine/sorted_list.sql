{# The distinct values of a group in alphabetical order, comma-separated. #}
{% macro sorted_list(column) -%}{{ return(adapter.dispatch('sorted_list')(column)) }}{%- endmacro %}
{% macro default__sorted_list(column) -%}string_agg(distinct {{ column }}, ',' order by {{ column }}){%- endmacro %}
{% macro spark__sorted_list(column) -%}array_join(sort_array(collect_set({{ column }})), ','){%- endmacro %}

{# The values of a group in an order of their own, comma-separated. #}
{% macro list_in_order(column, order) -%}{{ return(adapter.dispatch('list_in_order')(column, order)) }}{%- endmacro %}
{% macro default__list_in_order(column, order) -%}string_agg({{ column }}, ',' order by {{ order }}){%- endmacro %}
{% macro spark__list_in_order(column, order) -%}listagg({{ column }}, ',') within group (order by {{ order }}){%- endmacro %}
