{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 1, 'days_before': 1, 'day': 'settled_at'}},
    on_schema_change='fail'
) }}

-- Closed UTC days. The first settlement of a month is measured from the last of the month before, and the last day of a month is
-- closed by a fetch of the next: a touched month also rebuilds both its neighbours.
with settlements as (
    select * from {{ ref('int_funding_rates') }}
    where {{ in_touched_months(before=1, after=1) }} and {{ since_first_day('settled_at', days_before=1) }}
),

{{ venue_reads('settlements', 'settled_at') }},

spaced as (
    select
        *,
        ({{ epoch_ms('settled_at') }} - lag({{ epoch_ms('settled_at') }}) over (partition by market_id order by settled_at))
            / 3600000.0 as hours_since_previous,
        (lead({{ epoch_ms('settled_at') }}) over (partition by market_id order by settled_at) - {{ epoch_ms('settled_at') }})
            / 3600000.0 as hours_until_next
    from settlements
),

-- Intervals change over time (SOL paid every 2 and 4 hours in November 2022): what the source says, else the spacing, else what
-- the instrument list says, else the spacing to the next (the first of all has none before it), else 8. A spacing that is no interval
-- (a settlement is missing) says nothing.
timed as (
    select
        *,
        cast(coalesce(
            funding_interval_hours,
            case when hours_since_previous in (1, 2, 4, 8) then hours_since_previous end,
            listed_interval_hours,
            case when hours_until_next in (1, 2, 4, 8) then hours_until_next end,
            8
        ) as integer) as interval_hours
    from spaced
)

select
    timed.market_id,
    timed.settled_at,
    timed.venue,
    timed.symbol,
    timed.asset,
    timed.funding_rate,
    timed.interval_hours as funding_interval_hours,
    timed.funding_rate * 8 / timed.interval_hours as funding_rate_8h,
    timed.funding_rate * 24 / timed.interval_hours * 365 as funding_rate_apr,
    timed.mark_price,
    timed.source,
    timed.fetched_at,
    timed.month
from timed
inner join venue_reads
    on timed.venue = venue_reads.venue
    and timed.month = venue_reads.month
where
    {{ day_end('cast(timed.settled_at as date)') }} <= venue_reads.read_at
    and {{ in_touched_months(column='timed.month') }} and {{ since_first_day('timed.settled_at') }}
