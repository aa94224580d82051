{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- How likely the next week is a storm, by how often past days of the same asset and state were followed by one. The outcome of a day is known seven
-- days after it, so the last seven days count for nothing. All of the past is counted, of which four columns are read: it is days, not hours.
with thresholds as (
    {{ regime_thresholds(['storm_days_behind_min', 'interval_z']) }}
),

counted as (
    select
        *,
        {%- set known = 'rows_known.asset order by rows_known.date range between unbounded preceding and interval \'7\' day preceding' %}
        cast(count(is_storm) over (partition by {{ known }}) as double) as base_days,
        cast(count(case when is_storm then 1 end) over (partition by {{ known }}) as double) as base_storms,
        {%- set alike = 'rows_known.state, ' ~ known %}
        cast(count(is_storm) over (partition by {{ alike }}) as double) as days,
        cast(count(case when is_storm then 1 end) over (partition by {{ alike }}) as double) as storms
    from {{ ref('mart_storm_outcomes_daily') }} as rows_known
),

-- Weeks that begin a day apart are nearly the same week: seven days count as one in an interval.
weighed as (
    select
        *,
        state is not null and days >= storm_days_behind_min as is_enough
    from counted
    cross join thresholds
    where {{ in_touched_days() }}
)

select
    asset,
    date,
    7 as horizon_days,
    state,
    case when is_enough then round(storms / days, 10) end as odds,
    case when is_enough then {{ wilson('low', '(storms / 7)', '(days / 7)', 'interval_z') }} end as low,
    case when is_enough then {{ wilson('high', '(storms / 7)', '(days / 7)', 'interval_z') }} end as high,
    case when base_days >= storm_days_behind_min then round(base_storms / base_days, 10) end as base_rate,
    case when state is not null then cast(days as integer) end as days_behind,
    cast(base_days as integer) as base_days_behind,
    realised_volatility_7d_rank,
    funding_rate_8h_rank,
    open_interest_rank,
    'share_of_past_days' as model,
    month
from weighed
