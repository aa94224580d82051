{# Hours from one instant to another, with fractions. #}
{% macro hours_between(start, end) -%}
    ({{ epoch_ms(end) }} - {{ epoch_ms(start) }}) / 3600000.0
{%- endmacro %}

{# A number of hours as a span of time. #}
{% macro hours_long(hours) -%}{{ return(adapter.dispatch('hours_long')(hours)) }}{%- endmacro %}
{% macro default__hours_long(hours) -%}to_hours({{ hours }}){%- endmacro %}
{% macro spark__hours_long(hours) -%}make_interval(0, 0, 0, 0, {{ hours }}){%- endmacro %}
