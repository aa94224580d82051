{# Hours from one instant to another, with fractions. #}
{% macro hours_between(start, end) -%}
    ({{ epoch_ms(end) }} - {{ epoch_ms(start) }}) / 3600000.0
{%- endmacro %}
