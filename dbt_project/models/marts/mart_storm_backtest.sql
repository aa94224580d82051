-- What odds were worth: how often storms came, by asset, year and state, and how far the odds of the day were from what came.
with thresholds as (
    {{ regime_thresholds(['storm_odds_margin', 'interval_z']) }}
),

judged as (
    select
        outcomes.asset,
        substring(outcomes.month, 1, 4) as year,
        outcomes.state,
        outcomes.date,
        case when outcomes.is_storm then 1 else 0 end as storm,
        odds.odds,
        case when odds.odds is not null then odds.base_rate end as base_rate
    from {{ ref('mart_storm_outcomes_daily') }} as outcomes
    inner join {{ ref('mart_storm_odds_daily') }} as odds
        on outcomes.asset = odds.asset and outcomes.date = odds.date
    where outcomes.is_storm is not null and outcomes.state is not null
),

scored as (
    select
        judged.*,
        {%- for name in ['odds', 'base_rate'] %}
        {%- set inside = 'least(greatest(judged.' ~ name ~ ', thresholds.storm_odds_margin), 1 - thresholds.storm_odds_margin)' %}
        (judged.{{ name }} - judged.storm) * (judged.{{ name }} - judged.storm) as {{ name }}_brier,
        case when judged.{{ name }} is not null then -ln(case when judged.storm = 1 then {{ inside }} else 1 - {{ inside }} end) end
            as {{ name }}_log_loss{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
    cross join thresholds
),

-- Each of them, and all.
counted as (
    select
        coalesce(asset, 'all') as asset,
        coalesce(year, 'all') as year,
        coalesce(state, 'any') as state,
        min(date) as first_on,
        max(date) as last_on,
        cast(count(*) as double) as days,
        cast(sum(storm) as double) as storms,
        count(distinct date) / cast(7 as double) as weeks,
        count(odds) as days_with_odds,
        {{ exact_sum('odds') }} / nullif(count(odds), 0) as mean_odds,
        {{ exact_sum('odds_brier') }} / nullif(count(odds), 0) as brier,
        {{ exact_sum('base_rate_brier') }} / nullif(count(odds), 0) as base_brier,
        {{ exact_sum('odds_log_loss') }} / nullif(count(odds), 0) as log_loss,
        {{ exact_sum('base_rate_log_loss') }} / nullif(count(odds), 0) as base_log_loss
    from scored
    group by cube (asset, year, state)
    having count(*) > 0
)

select
    counted.asset,
    counted.year,
    counted.state,
    counted.first_on,
    counted.last_on,
    cast(counted.days as integer) as days,
    cast(counted.storms as integer) as storms,
    round(counted.weeks, 10) as weeks,
    round(counted.storms / counted.days, 10) as share,
    {{ wilson('low', '(counted.storms / counted.days * counted.weeks)', 'counted.weeks', 'thresholds.interval_z') }} as low,
    {{ wilson('high', '(counted.storms / counted.days * counted.weeks)', 'counted.weeks', 'thresholds.interval_z') }} as high,
    cast(counted.days_with_odds as integer) as days_with_odds,
    round(counted.mean_odds, 10) as mean_odds,
    round(counted.brier, 10) as brier,
    round(counted.base_brier, 10) as base_brier,
    round(counted.log_loss, 10) as log_loss,
    round(counted.base_log_loss, 10) as base_log_loss
from counted
cross join thresholds
