-- How often a build-up was followed by a drawdown, beside how often any day was.
with thresholds as (
    {{ regime_thresholds(['backtest_horizon_days', 'backtest_drawdown', 'interval_z']) }}
),

states as (
    select
        asset,
        date,
        is_followed,
        regime = 'build_up' as is_build_up,
        regime = 'build_up' and coalesce(lag(regime) over (partition by asset order by date), '') <> 'build_up' as is_onset
    from {{ ref('mart_regime_outcomes_daily') }}
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
    from states
    where is_followed is not null
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
