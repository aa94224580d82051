{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 1, 'after': 'all', 'days_before': 28, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- What came after each day of a known regime. It looks ahead, as it must: it judges the past, no day of it feeds a regime.
-- A day is judged anew while closes of its horizon arrive: 28 days are made again, which a horizon may not exceed.
with thresholds as (
    {{ regime_thresholds(['backtest_horizon_days', 'backtest_drawdown']) }}
),

closes as (
    select asset, date, close
    from {{ ref('mart_asset_daily') }}
    where close > 0 and {{ in_touched_months(after=1) }} and {{ since_first_day() }}
),

-- 1 … horizon, numbered by days there are: where there are fewer, no day can be judged.
horizon as (
    select numbered.days_ahead
    from (select row_number() over (order by date) as days_ahead from closes group by date) as numbered
    cross join thresholds
    where numbered.days_ahead <= thresholds.backtest_horizon_days
),

-- Each day with those after it, as dates: joined by equality, never asset against asset.
spans as (
    select days.date, cast({{ dbt.dateadd('day', 'cast(horizon.days_ahead as integer)', 'days.date') }} as date) as later_date
    from (select distinct date from closes) as days
    cross join horizon
),

later_closes as (
    select spans.date, closes.asset, closes.close
    from spans
    inner join closes
        on spans.later_date = closes.date
),

ahead as (
    select asset, date, min(close) as lowest_close, count(*) as days_known
    from later_closes
    group by asset, date
),

lowest as (
    select closes.asset, closes.date, closes.close, ahead.lowest_close
    from closes
    inner join ahead
        on closes.asset = ahead.asset and closes.date = ahead.date
    cross join thresholds
    where ahead.days_known = thresholds.backtest_horizon_days
)

select
    regimes.asset,
    regimes.date,
    regimes.regime,
    lowest.close,
    lowest.lowest_close,
    lowest.lowest_close <= lowest.close * (1 - thresholds.backtest_drawdown) as is_followed,
    storms.later_volatility_rank,
    storms.is_storm,
    regimes.month
from {{ ref('mart_market_regime_daily') }} as regimes
left join lowest
    on regimes.asset = lowest.asset and regimes.date = lowest.date
left join {{ ref('mart_storm_outcomes_daily') }} as storms
    on regimes.asset = storms.asset and regimes.date = storms.date
cross join thresholds
where
    regimes.regime is not null
    and {{ in_touched_months(column='regimes.month') }}
    and {{ since_first_day('regimes.date') }}
