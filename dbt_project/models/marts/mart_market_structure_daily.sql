{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Crypto perpetuals per day by what venues are: kind, design, region, and whether a regulator licenses them.
with venue_days as (
    select
        shares.venue,
        shares.date,
        shares.volume_usd,
        shares.open_interest_usd,
        coalesce(venues.kind, 'unknown') as kind,
        coalesce(venues.design, 'unknown') as design,
        coalesce(venues.region, 'unknown') as region,
        case when venues.is_regulated then 'regulated' when not venues.is_regulated then 'unregulated' else 'unknown' end as regulation
    from {{ ref('mart_venue_share_daily') }} as shares
    inner join {{ ref('dim_venues') }} as venues
        on shares.venue = venues.venue
    where {{ in_touched_days(column='shares.date') }}
),

members as (
    {%- for dimension in ['kind', 'design', 'region', 'regulation'] %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }} as member,
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        count(*) as venues
    from venue_days
    group by {{ dimension }}, date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    dimension,
    member,
    date,
    volume_usd,
    volume_usd / nullif(sum(volume_usd) over of_day, 0) as volume_share,
    open_interest_usd,
    open_interest_usd / nullif(sum(open_interest_usd) over of_day, 0) as open_interest_share,
    cast(venues as integer) as venues,
    {{ month_of('date') }} as month
from members
window of_day as (
    partition by dimension, date
    order by member
    rows between unbounded preceding and unbounded following
)
