-- How often a build-up was followed by a drawdown, beside how often any day was. It looks ahead, as it must: it judges the past, no day of it feeds a regime.
with thresholds as (
    {{ regime_thresholds(['backtest_horizon_days', 'backtest_drawdown', 'interval_z']) }}
),

closes as (
    select asset, date, close
    from {{ ref('mart_asset_daily') }}
    where close > 0
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
    select closes.asset, closes.date, closes.close, ahead.lowest_close, ahead.days_known
    from closes
    inner join ahead
        on closes.asset = ahead.asset and closes.date = ahead.date
),

regimes as (
    select asset, date, regime
    from {{ ref('mart_market_regime_daily') }}
    where regime is not null
),

states as (
    select
        asset,
        date,
        regime = 'build_up' as is_build_up,
        regime = 'build_up' and coalesce(lag(regime) over (partition by asset order by date), '') <> 'build_up' as is_onset
    from regimes
),

judged as (
    select
        states.asset,
        states.date,
        states.is_build_up,
        states.is_onset,
        lowest.lowest_close <= lowest.close * (1 - thresholds.backtest_drawdown) as is_followed
    from states
    inner join lowest
        on states.asset = lowest.asset and states.date = lowest.date
    cross join thresholds
    where lowest.days_known = thresholds.backtest_horizon_days
),

by_asset as (
    select
        asset,
        min(date) as first_on,
        max(date) as last_on,
        count(*) as days_judged,
        count(case when is_followed then 1 end) as days_followed,
        count(case when is_build_up then 1 end) as build_up_days,
        count(case when is_build_up and is_followed then 1 end) as build_up_days_followed,
        count(case when is_onset then 1 end) as build_up_onsets,
        count(case when is_onset and is_followed then 1 end) as build_up_onsets_followed
    from judged
    group by asset
),

-- Each asset, and all of them.
subjects as (
    select * from by_asset
    union all
    select
        'all' as asset, min(first_on), max(last_on), sum(days_judged), sum(days_followed), sum(build_up_days),
        sum(build_up_days_followed), sum(build_up_onsets), sum(build_up_onsets_followed)
    from by_asset
    having count(*) > 0
),

counted as (
    {%- for event in ['build_up_days', 'build_up_onsets'] %}
    select
        asset,
        '{{ event }}' as event,
        first_on,
        last_on,
        cast(days_judged as double) as days_judged,
        cast(days_followed as double) as days_followed,
        cast({{ event }} as double) as events,
        cast({{ event }}_followed as double) as events_followed
    from subjects
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    counted.asset,
    counted.event,
    cast(thresholds.backtest_horizon_days as integer) as horizon_days,
    thresholds.backtest_drawdown as drawdown,
    counted.first_on,
    counted.last_on,
    cast(counted.days_judged as integer) as days_judged,
    cast(counted.events as integer) as events,
    cast(counted.events_followed as integer) as events_followed,
    round(counted.events_followed / nullif(counted.events, 0), 10) as share,
    {{ wilson('low', 'counted.events_followed', 'counted.events', 'thresholds.interval_z') }} as share_low,
    {{ wilson('high', 'counted.events_followed', 'counted.events', 'thresholds.interval_z') }} as share_high,
    cast(counted.days_followed as integer) as days_followed,
    round(counted.days_followed / counted.days_judged, 10) as base_share,
    {{ wilson('low', 'counted.days_followed', 'counted.days_judged', 'thresholds.interval_z') }} as base_share_low,
    {{ wilson('high', 'counted.days_followed', 'counted.days_judged', 'thresholds.interval_z') }} as base_share_high,
    round(counted.events_followed / nullif(counted.events, 0) - counted.days_followed / counted.days_judged, 10) as difference
from counted
cross join thresholds
