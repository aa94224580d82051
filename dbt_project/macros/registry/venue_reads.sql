{# CTE `venue_months`: when each venue and month of the CTE `relation` (venue, month, fetched_at) was last read. Where the model is written by
   days, `relation` holds these only; what was closed before stays closed. #}
{% macro venue_months(relation, day='date') -%}
venue_months as (
    select
        venue,
        month,
        max(read_at) as read_at
    from (
        select venue, month, fetched_at as read_at from {{ relation }}
        {%- if is_plan() %}
        union all
        select venue, month, {{ day_end('cast(' ~ day ~ ' as date)') }} as read_at from {{ this }}
        where {{ was_written(day) }}
        {%- endif %}
    ) as fetched
    group by venue, month
)
{%- endmacro %}

{# CTEs `venue_months, venue_reads`: the same, read by a fetch of that month or the next. A UTC day that ended before it is closed; the
   running day never is. #}
{% macro venue_reads(relation, day='date') -%}
{{ venue_months(relation, day) }},

venue_reads as (
    select
        this_month.venue,
        this_month.month,
        greatest(this_month.read_at, coalesce(following.read_at, this_month.read_at)) as read_at
    from venue_months as this_month
    left join venue_months as following
        on this_month.venue = following.venue
        and {{ next_month('this_month.month') }} = following.month
)
{%- endmacro %}
