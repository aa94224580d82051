{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Closed UTC days of spot pairs, closed as those of perpetuals are: once any candle of the venue and month was fetched after the day.
with candles as (
    select
        *,
        cast(opened_at as date) as date
    from {{ ref('int_spot_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at') }}
),

{{ venue_months('candles') }}

select
    candles.market_id,
    candles.date,
    candles.venue,
    candles.symbol,
    candles.asset,
    max_by(candles.close, candles.opened_at) as close,
    {{ exact_sum('candles.volume_base') }} as volume_base,
    {{ exact_sum('candles.volume_usd') }} as spot_volume_usd,
    cast(count(*) as integer) as hours,
    candles.month
from candles
inner join venue_months
    on candles.venue = venue_months.venue
    and candles.month = venue_months.month
where {{ day_end('candles.date') }} <= venue_months.read_at
group by candles.market_id, candles.date, candles.venue, candles.symbol, candles.asset, candles.month
