{# The last 30 days as a yearly amount; null unless every one of those days has a figure. #}
{% macro annualised(expression, partition, day) -%}
    case
        when {{ trailing('count', expression, partition, day, 30) }} = 30
            then {{ trailing('sum', expression, partition, day, 30) }} * 365.0 / 30
    end
{%- endmacro %}
