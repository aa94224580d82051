{# CTEs `venue_months, venue_reads`: when each venue and month of the CTE `relation` (venue, month, fetched_at) was last read, by a
   fetch of that month or the next. A UTC day that ended before it is closed; the running day never is. #}
{% macro venue_reads(relation) -%}
venue_months as (
    select
        venue,
        month,
        max(fetched_at) as read_at
    from {{ relation }}
    group by venue, month
),

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
