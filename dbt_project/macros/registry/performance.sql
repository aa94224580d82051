{# What a price did in exactly so many days, as a fraction. A day without a price is a hole, and no other day stands in for it. #}
{% macro return_over(price, partition, day, days) -%}
    {{ price }} / nullif({{ trailing('max', price, partition, day, 1, skip=days) }}, 0) - 1
{%- endmacro %}

{# How far a price is below the highest of the known days of the last `days`, itself among them: 0 at the top, never above. #}
{% macro drawdown(price, partition, day, days) -%}
    {{ price }} / nullif({{ trailing('max', price, partition, day, days) }}, 0) - 1
{%- endmacro %}
