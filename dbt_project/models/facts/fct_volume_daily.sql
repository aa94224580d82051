{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Closed UTC days built from hourly candles. A day is closed once any candle of its venue and month was fetched after it ended:
-- the day's last hour cannot be fetched before.
with candles as (
    select
        *,
        cast(opened_at as date) as date,
        case when open > 0 and close > 0 then power(ln(close / open), 2) end as squared_return
    from {{ ref('fct_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at') }}
),

{{ venue_months('candles') }}

select
    candles.market_id,
    candles.date,
    candles.venue,
    candles.symbol,
    candles.asset,
    min_by(candles.open, candles.opened_at) as open,
    max(candles.high) as high,
    min(candles.low) as low,
    max_by(candles.close, candles.opened_at) as close,
    {{ exact_sum('candles.volume_base') }} as volume_base,
    {{ exact_sum('candles.volume_quote') }} as volume_quote,
    {{ exact_sum('candles.volume_usd') }} as volume_usd,
    cast(sum(candles.trades) as bigint) as trades,
    cast(count(*) as integer) as hours,
    count(*) = 24 as is_complete,
    {{ exact_sum('candles.squared_return', 24) }} as squared_returns,
    max(case when candles.has_assumed_terms then 1 else 0 end) = 1 as has_assumed_terms,
    median(candles.contract_size_ratio) as contract_size_ratio,
    candles.month
from candles
inner join venue_months
    on candles.venue = venue_months.venue
    and candles.month = venue_months.month
where {{ day_end('candles.date') }} <= venue_months.read_at
group by candles.market_id, candles.date, candles.venue, candles.symbol, candles.asset, candles.month
