{# The mean of the known days of the last 30, as a yearly amount; null unless at least 27 of them have a figure: a day that a source never fills
   does not blank a month. `days_known` says how many had one. Added up exactly, so that
   a past day does not change in its last digit with what comes after. #}
{% macro annualised(expression, partition, day) -%}
    case
        when {{ days_known(expression, partition, day) }} >= 27
            then {{ trailing_sum(expression, partition, day, 30) }} * 365.0 / {{ days_known(expression, partition, day) }}
    end
{%- endmacro %}

{% macro days_known(expression, partition, day) -%}
    {{ trailing('count', expression, partition, day, 30) }}
{%- endmacro %}
