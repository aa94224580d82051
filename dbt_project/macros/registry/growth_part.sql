{# The last `days`, or the `days` before them, of a series that has a figure on every one of both: parts of a growth that are added up
   over series before they are divided. Null elsewhere. #}
{% macro growth_part(expression, partition, day, days, skip=false) -%}
    case
        when {{ trailing('count', expression, partition, day, 2 * days) }} = {{ 2 * days }}
            then {{ trailing_sum(expression, partition, day, days, skip=days if skip else 0) }}
    end
{%- endmacro %}
