{# Share of the values of the last `days` calendar days that are at or below a row's own. Rows without a value are a partition of their own. #}
{% macro trailing_rank(value, partition, day, days) -%}
    {{ return(adapter.dispatch('trailing_rank')(value, partition, day, days)) }}
{%- endmacro %}
{% macro default__trailing_rank(value, partition, day, days) -%}
    cume_dist(order by {{ value }}) over (
        partition by {{ partition }}, case when {{ value }} is null then 1 else 0 end
        order by {{ day }}
        range between interval '{{ days - 1 }}' day preceding and current row
    )
{%- endmacro %}
{% macro spark__trailing_rank(value, partition, day, days) -%}
    {%- set values = 'collect_list(' ~ value ~ ') over (partition by ' ~ partition ~ ' order by ' ~ day
        ~ " range between interval '" ~ (days - 1) ~ "' day preceding and current row)" -%}
    size(filter({{ values }}, other -> other <= {{ value }})) / size({{ values }})
{%- endmacro %}
