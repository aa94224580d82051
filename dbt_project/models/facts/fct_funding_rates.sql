{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail'
) }}

-- The first settlement of a month is measured from the last of the month before: a touched month also rebuilds the next.
with settlements as (
    select * from {{ ref('int_funding_rates') }}
    where {{ in_touched_months(before=1, after=1) }}
),

spaced as (
    select
        *,
        ({{ epoch_ms('settled_at') }} - lag({{ epoch_ms('settled_at') }}) over (partition by market_id order by settled_at))
            / 3600000.0 as hours_since_previous
    from settlements
),

-- Intervals change over time (SOL paid every 2 and 4 hours in November 2022): what the source says, else the spacing, else what
-- the instrument list says, else 8. A spacing that is no interval (a settlement is missing) says nothing.
timed as (
    select
        *,
        cast(coalesce(
            funding_interval_hours,
            case when hours_since_previous in (1, 2, 4, 8) then hours_since_previous end,
            listed_interval_hours,
            8
        ) as integer) as interval_hours
    from spaced
)

select
    market_id,
    settled_at,
    venue,
    symbol,
    asset,
    funding_rate,
    interval_hours as funding_interval_hours,
    funding_rate * 8 / interval_hours as funding_rate_8h,
    funding_rate * 24 / interval_hours * 365 as funding_rate_apr,
    mark_price,
    source,
    fetched_at,
    month
from timed
where {{ in_touched_months(after=1) }}
