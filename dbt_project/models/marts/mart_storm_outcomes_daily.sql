{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 1, 'after': 'all', 'days_before': 28, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- The state of each day, which knows nothing of what is to come, and what came: whether the next week was a storm. It looks ahead, as it must:
-- odds count these outcomes only once they were known.
with thresholds as (
    {{ regime_thresholds(['storm_percentile_min', 'storm_high_percentile_min', 'storm_quiet_percentile_max', 'history_days_min']) }}
),

volatilities as (
    select asset, date, realised_volatility_7d as volatility
    from {{ ref('mart_market_regime_daily') }}
    where realised_volatility_7d is not null and {{ in_touched_days(days_before=365) }}
),

-- The volatility of the seven days after a day is what the figure of a week says seven days later.
weeks_ahead as (
    select today.asset, today.date, ended.volatility as later_volatility
    from volatilities as today
    inner join volatilities as ended
        on today.asset = ended.asset and ended.date = {{ days_after('today.date', 7) }}
    where {{ in_touched_days(column='today.date') }}
),

-- Where it lies in the year that was known on the day.
placed as (
    select
        weeks_ahead.asset,
        weeks_ahead.date,
        weeks_ahead.later_volatility,
        count(*) as later_days,
        count(case when known.volatility <= weeks_ahead.later_volatility then 1 end) as later_days_at_or_below
    from weeks_ahead
    inner join volatilities as known
        on weeks_ahead.asset = known.asset and known.date between {{ days_before('weeks_ahead.date', 364) }} and weeks_ahead.date
    group by weeks_ahead.asset, weeks_ahead.date, weeks_ahead.later_volatility
),

-- A figure that is not known may be high.
counted as (
    select
        regimes.asset,
        regimes.date,
        regimes.realised_volatility_7d_rank,
        regimes.funding_rate_8h_rank,
        regimes.open_interest_rank,
        {%- for rank in ['realised_volatility_7d_rank', 'funding_rate_8h_rank', 'open_interest_rank'] %}
        case when regimes.{{ rank }} >= thresholds.storm_high_percentile_min then 1 else 0 end {{ '+' if not loop.last else 'as high,' }}
        {%- endfor %}
        {%- for rank in ['funding_rate_8h_rank', 'open_interest_rank'] %}
        case when regimes.{{ rank }} is null then 1 else 0 end {{ '+' if not loop.last else 'as not_known,' }}
        {%- endfor %}
        regimes.realised_volatility_7d_rank <= thresholds.storm_quiet_percentile_max as is_quiet
    from {{ ref('mart_market_regime_daily') }} as regimes
    cross join thresholds
    where regimes.realised_volatility_7d_rank is not null and {{ in_touched_days(column='regimes.date') }}
)

select
    counted.asset,
    counted.date,
    case
        when counted.high >= 2 then 'elevated'
        when counted.high + counted.not_known >= 2 then null
        when counted.is_quiet then 'quiet'
        else 'usual'
    end as state,
    counted.realised_volatility_7d_rank,
    counted.funding_rate_8h_rank,
    counted.open_interest_rank,
    placed.later_volatility,
    cast(placed.later_days_at_or_below as double) / placed.later_days as later_volatility_rank,
    cast(placed.later_days_at_or_below as double) / placed.later_days >= thresholds.storm_percentile_min as is_storm,
    {{ month_of('counted.date') }} as month
from counted
left join placed
    on counted.asset = placed.asset and counted.date = placed.date
cross join thresholds
