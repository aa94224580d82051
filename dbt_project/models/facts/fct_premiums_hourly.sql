{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'observed_at'}},
    on_schema_change='fail'
) }}

-- Closed UTC days only; the last day of a month is closed by a fetch of the next, so a touched month also rebuilds the month before it.
with premiums as (
    select
        *,
        cast(observed_at as date) as date
    from {{ ref('int_premiums_hourly') }}
    where {{ in_touched_months(after=1) }} and {{ since_first_day('observed_at') }}
),

{{ venue_reads('premiums', 'observed_at') }}

select
    premiums.market_id,
    premiums.observed_at,
    premiums.venue,
    premiums.symbol,
    premiums.asset,
    premiums.premium,
    premiums.mark_price,
    premiums.index_price,
    premiums.source,
    premiums.fetched_at,
    premiums.month
from premiums
inner join venue_reads
    on premiums.venue = venue_reads.venue
    and premiums.month = venue_reads.month
where
    {{ day_end('premiums.date') }} <= venue_reads.read_at
    and {{ in_touched_months(column='premiums.month') }}
