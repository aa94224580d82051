{# Thresholds of a rule as one row per span of days, with a column for each quantity. #}
{% macro alert_rule(rule, quantities) -%}
    select
        valid_from,
        valid_to
        {%- for quantity in quantities %},
        max(case when quantity = '{{ quantity }}' then threshold end) as {{ quantity }}_threshold
        {%- endfor %}
    from {{ ref('dim_alert_rules') }}
    where rule = '{{ rule }}'
    group by valid_from, valid_to
{%- endmacro %}

{# Whether a span of days holds a day. #}
{% macro in_force(rule, day) -%}
    {{ day }} >= {{ rule }}.valid_from and ({{ rule }}.valid_to is null or {{ day }} < {{ rule }}.valid_to)
{%- endmacro %}
