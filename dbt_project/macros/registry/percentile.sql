{# Rank of a day's figure among the like ones of its last 365 days, itself included: the share that is at or below it. Null where the figure is
   null, and while there are fewer than `at_least` of them. `placed` counts them, over a join of each day (`today`) with those days (`other`);
   `like` is the column that makes figures comparable. #}
{% macro placed(name, value, like=none) -%}
    {%- set is_like = 'today.' ~ like ~ ' = other.' ~ like ~ ' and ' if like else '' -%}
    count(case when {{ is_like }}other.{{ value }} is not null then 1 end) as {{ name }}_days,
        count(case when {{ is_like }}other.{{ value }} <= today.{{ value }} then 1 end) as {{ name }}_days_at_or_below
{%- endmacro %}

{# What is ranked of a figure that is worked out by dividing: 12 digits after the point. Days whose figure is the same (funding often stands at one
   basis point in 8 hours all day) then tie; unrounded, the last digit of a float, which says nothing, would rank them. #}
{% macro without_noise(figure) -%}
    round({{ figure }}, 12)
{%- endmacro %}

{% macro percentile(name, at_least) -%}
    case
        when placed.{{ name }}_days_at_or_below > 0 and placed.{{ name }}_days >= {{ at_least }}
            then cast(placed.{{ name }}_days_at_or_below as double) / placed.{{ name }}_days
    end
{%- endmacro %}
