{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'opened_at'}},
    on_schema_change='fail'
) }}

-- The last figure of each hour of closed UTC days, of perpetuals: an hour nobody looked at has no row. The last day of a month is closed by a
-- fetch of the next, so a touched month also rebuilds the month before it.
with observations as (
    select * from {{ ref('int_open_interest_hourly') }}
    where {{ in_touched_months(after=1) }} and {{ since_first_day('opened_at') }}
),

{{ venue_reads('observations', 'opened_at') }},

-- A day's mean is no figure of an hour.
closed as (
    select observations.*
    from observations
    inner join venue_reads
        on observations.venue = venue_reads.venue
        and observations.month = venue_reads.month
    inner join {{ ref('dim_venues') }} as venues
        on observations.venue = venues.venue
        and venues.product = 'perpetual'
    where
        {{ day_end('cast(observations.opened_at as date)') }} <= venue_reads.read_at
        and {{ in_touched_months(column='observations.month') }}
        and coalesce(observations.price_kind, '') <> 'daily_average'
),

candles as (
    select market_id, opened_at, close, volume_base, month
    from {{ ref('fct_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at', days_before=1) }} and close > 0
),

marks as (
    select
        market_id,
        {{ dbt.date_trunc('hour', 'observed_at') }} as opened_at,
        mark_price,
        month
    from {{ ref('fct_premiums_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('observed_at') }} and mark_price > 0
),

-- A zero is true where its hour is there and had no trade; where not, an earlier figure of the hour stands. Without a price of the source:
-- the mark of the same hour, else the close of its candle, else of the candle of the hour before (all of the same month).
priced as (
    select
        closed.*,
        coalesce(closed.price_used, marks.mark_price, same_hour.close, hour_before.close) as price,
        case
            when closed.price_used is not null then closed.price_kind
            when marks.mark_price is not null then 'mark'
            when coalesce(same_hour.close, hour_before.close) is not null then 'candle_close'
        end as kind_of_price
    from closed
    left join marks
        on closed.month = marks.month
        and closed.market_id = marks.market_id
        and closed.opened_at = marks.opened_at
    left join candles as same_hour
        on closed.month = same_hour.month
        and closed.market_id = same_hour.market_id
        and closed.opened_at = same_hour.opened_at
    left join candles as hour_before
        on closed.month = hour_before.month
        and closed.market_id = hour_before.market_id
        and closed.opened_at = hour_before.opened_at + interval '1' hour
    where case
        when closed.zero_at is null then true
        when same_hour.volume_base = 0 then closed.is_zero
        else not closed.is_zero
    end
)

select
    market_id,
    opened_at,
    venue,
    symbol,
    asset,
    -- base in units of the canonical asset; the price is the market's own, per its own unit
    coalesce(open_interest_base, open_interest_usd / price) * asset_multiplier as open_interest_base,
    coalesce(open_interest_usd, open_interest_base * price) as open_interest_usd,
    side_convention,
    price as price_used,
    kind_of_price as price_kind,
    observed_at,
    ({{ epoch_ms("opened_at + interval '1' hour") }} - {{ epoch_ms('observed_at') }}) / 1000.0 as age_seconds,
    source,
    fetched_at,
    has_assumed_terms,
    contract_size_ratio,
    month
from priced
