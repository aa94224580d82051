{# The last `days` against the `days` before, as a fraction; null unless every one of those days has a figure. #}
{% macro growth(expression, partition, day, days) -%}
    case
        when {{ trailing('count', expression, partition, day, 2 * days) }} = {{ 2 * days }}
            then {{ trailing('sum', expression, partition, day, days) }}
                / nullif({{ trailing('sum', expression, partition, day, days, skip=days) }}, 0) - 1
    end
{%- endmacro %}
