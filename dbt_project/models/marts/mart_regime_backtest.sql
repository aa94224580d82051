-- How often a build-up was followed by a drawdown, and by a storm, beside how often any day was.
with thresholds as (
    {{ regime_thresholds(['backtest_horizon_days', 'backtest_drawdown', 'interval_z']) }}
),

states as (
    select
        asset,
        date,
        is_followed,
        is_storm,
        regime = 'build_up' as is_build_up,
        regime = 'build_up' and coalesce(lag(regime) over (partition by asset order by date), '') <> 'build_up' as is_onset
    from {{ ref('mart_regime_outcomes_daily') }}
),

by_asset as (
    select
        asset,
        min(date) as first_on,
        max(date) as last_on
        {%- for of, event in [('days', 'true'), ('build_up_days', 'is_build_up'), ('build_up_onsets', 'is_onset')] %},
        count(case when {{ event }} then 1 end) as {{ of }},
        count(case when {{ event }} and is_followed then 1 end) as {{ of }}_followed,
        count(case when {{ event }} and is_storm is not null then 1 end) as {{ of }}_weeks_known,
        count(case when {{ event }} and is_storm then 1 end) as {{ of }}_before_storm
        {%- endfor %}
    from states
    where is_followed is not null
    group by asset
),

-- Each asset, and all of them.
subjects as (
    select * from by_asset
    union all
    select
        'all' as asset,
        min(first_on),
        max(last_on)
        {%- for of in ['days', 'build_up_days', 'build_up_onsets'] %},
        sum({{ of }}), sum({{ of }}_followed), sum({{ of }}_weeks_known), sum({{ of }}_before_storm)
        {%- endfor %}
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
        {%- for column in ['', '_followed', '_weeks_known', '_before_storm'] %}
        cast(days{{ column }} as double) as days{{ column or '_judged' }},
        cast({{ event }}{{ column }} as double) as events{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
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
    round(counted.events_followed / nullif(counted.events, 0) - counted.days_followed / counted.days_judged, 10) as difference,
    cast(counted.events_weeks_known as integer) as events_weeks_known,
    cast(counted.events_before_storm as integer) as events_before_storm,
    round(counted.events_before_storm / nullif(counted.events_weeks_known, 0), 10) as storm_share,
    {{ wilson('low', 'counted.events_before_storm', 'counted.events_weeks_known', 'thresholds.interval_z') }} as storm_share_low,
    {{ wilson('high', 'counted.events_before_storm', 'counted.events_weeks_known', 'thresholds.interval_z') }} as storm_share_high,
    cast(counted.days_weeks_known as integer) as days_weeks_known,
    cast(counted.days_before_storm as integer) as days_before_storm,
    round(counted.days_before_storm / nullif(counted.days_weeks_known, 0), 10) as base_storm_share
from counted
cross join thresholds
