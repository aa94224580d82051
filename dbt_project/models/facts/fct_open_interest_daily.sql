{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- The last figure of each closed UTC day, in both units. A day is closed once any observation of its venue, in its month
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
    select market_id, opened_at, close, volume_base, month
    from {{ ref('fct_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at', days_before=1) }} and close > 0
),

-- The trading beside a zero: how many hours there are, and the last one with a trade.
traded as (
    select
        zeros.market_id,
        zeros.date,
        count(*) as hours,
        max(case when candles.volume_base > 0 then candles.opened_at end) as traded_at
    from closed as zeros
    inner join candles
        on zeros.month = candles.month
        and zeros.market_id = candles.market_id
        and candles.opened_at >= {{ day_start('zeros.date') }}
        and candles.opened_at < {{ day_end('zeros.date') }}
    where zeros.is_zero
    group by zeros.market_id, zeros.date
),

-- A zero is true where no whole hour after the last figure had a trade, and the zero's own had none; with a figure that is recent enough,
-- hours without trades must be there to tell. Where the zero is not true, that figure is the day's, or nothing is.
weighed as (
    select
        closed.*,
        closed.figure_at >= {{ day_end('closed.date') }} - interval '{{ var("open_interest_keeps_hours") }}' hour as is_recent,
        coalesce(traded.traded_at < {{ dbt.date_trunc('hour', 'closed.zero_at') }}, true)
            and coalesce(traded.traded_at < closed.figure_at + interval '1' hour, true) as is_idle,
        traded.hours
    from closed
    left join traded
        on closed.market_id = traded.market_id
        and closed.date = traded.date
),

stock as (
    select *
    from weighed
    where case
        when zero_at is null then true
        when is_idle and (hours > 0 or not coalesce(is_recent, false)) then is_zero
        else not is_zero and is_recent
    end
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
        stock.*,
        coalesce(stock.price_used, marks.mark_price, same_hour.close, hour_before.close) as price,
        case
            when stock.price_used is not null or stock.price_kind = 'daily_average' then stock.price_kind
            when marks.mark_price is not null then 'mark'
            when coalesce(same_hour.close, hour_before.close) is not null then 'candle_close'
        end as kind_of_price
    from stock
    left join marks
        on stock.month = marks.month
        and stock.market_id = marks.market_id
        and stock.hour_at = marks.hour_at
    left join candles as same_hour
        on stock.month = same_hour.month
        and stock.market_id = same_hour.market_id
        and stock.hour_at = same_hour.opened_at
    left join candles as hour_before
        on stock.month = hour_before.month
        and stock.market_id = hour_before.market_id
        and stock.hour_at = hour_before.opened_at + interval '1' hour
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
    has_assumed_terms,
    contract_size_ratio,
    month
from valued
