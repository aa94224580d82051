{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- The last observation of each closed UTC day, in both units. A day is closed once any observation of its venue, in its month
-- or the next, was fetched after it ended; so a touched month also rebuilds the month before it.
with observations as (
    select * from {{ ref('int_open_interest_observations') }}
    where {{ in_touched_months(after=1) }} and {{ since_first_day() }}
),

{{ venue_reads('observations') }},

closed as (
    select
        observations.*,
        {{ dbt.date_trunc('hour', 'observations.observed_at') }} as hour_at
    from observations
    inner join venue_reads
        on observations.venue = venue_reads.venue
        and observations.month = venue_reads.month
    where
        {{ day_end('observations.date') }} <= venue_reads.read_at
        and {{ in_touched_months(column='observations.month') }}
),

candles as (
    select market_id, opened_at, close, month
    from {{ ref('fct_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at', days_before=1) }} and close > 0
),

marks as (
    select
        market_id,
        {{ dbt.date_trunc('hour', 'observed_at') }} as hour_at,
        mark_price,
        month
    from {{ ref('fct_premiums_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('observed_at') }} and mark_price > 0
),

-- Where the source gives no price: the mark of the same hour, else the close of its candle, else of the candle of the hour before
-- (all of the same month).
priced as (
    select
        closed.*,
        coalesce(closed.price_used, marks.mark_price, same_hour.close, hour_before.close) as price,
        case
            when closed.price_used is not null or closed.price_kind = 'daily_average' then closed.price_kind
            when marks.mark_price is not null then 'mark'
            when coalesce(same_hour.close, hour_before.close) is not null then 'candle_close'
        end as kind_of_price
    from closed
    left join marks
        on closed.month = marks.month
        and closed.market_id = marks.market_id
        and closed.hour_at = marks.hour_at
    left join candles as same_hour
        on closed.month = same_hour.month
        and closed.market_id = same_hour.market_id
        and closed.hour_at = same_hour.opened_at
    left join candles as hour_before
        on closed.month = hour_before.month
        and closed.market_id = hour_before.market_id
        and closed.hour_at = hour_before.opened_at + interval '1' hour
),

-- A report without any price (the CFTC's): the median close of the asset's dollar-quoted markets in that hour, per unit of the market.
asset_closes as (
    select
        unpriced.market_id,
        unpriced.date,
        median(candles.close / markets.asset_multiplier) * max(unpriced.asset_multiplier) as close
    from priced as unpriced
    inner join {{ ref('fct_candles_hourly') }} as candles
        on unpriced.month = candles.month
        and unpriced.asset = candles.asset
        and unpriced.hour_at = candles.opened_at
        and candles.volume_usd is not null
    inner join {{ ref('int_markets') }} as markets
        on {{ resolved_market('candles.market_id', 'candles.opened_at') }}
    where unpriced.price is null and {{ in_touched_months(column='candles.month') }} and {{ since_first_day('candles.opened_at') }}
    group by unpriced.market_id, unpriced.date
),

valued as (
    select
        priced.*,
        coalesce(priced.price, asset_closes.close) as value_price,
        case when priced.price is not null then priced.kind_of_price when asset_closes.close is not null then 'asset_close' end as value_kind
    from priced
    left join asset_closes
        on priced.market_id = asset_closes.market_id
        and priced.date = asset_closes.date
)

select
    market_id,
    date,
    venue,
    symbol,
    asset,
    -- base in units of the canonical asset; the price is the market's own, per its own unit
    coalesce(open_interest_base, open_interest_usd / value_price) * asset_multiplier as open_interest_base,
    coalesce(open_interest_usd, open_interest_base * value_price) as open_interest_usd,
    side_convention,
    long_usd,
    short_usd,
    value_price as price_used,
    value_kind as price_kind,
    observed_at,
    source,
    fetched_at,
    terms_are_assumed,
    month
from valued
