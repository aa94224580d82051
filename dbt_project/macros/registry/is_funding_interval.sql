{# Whether so many hours are an interval that a venue settles in. #}
{% macro is_funding_interval(hours) -%}
    {{ hours }} in (1, 2, 3, 4, 6, 8, 12, 24)
{%- endmacro %}
