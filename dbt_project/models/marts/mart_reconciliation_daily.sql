{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Figures of ours that passed the gate beside other people's. An asset's sum is not whole on a day on which a venue that holds it was held
-- back: then it has no row.
with whole as (
    select facts.asset, facts.date, count(*) as markets
    from {{ gated('fct_open_interest_daily') }} as facts
    inner join {{ ref('dim_venues') }} as venues on facts.venue = venues.venue and venues.product = 'perpetual'
    group by facts.asset, facts.date
)

select
    facts.metric,
    facts.subject,
    facts.date,
    facts.other_source,
    facts.own_value,
    facts.other_value,
    facts.ratio,
    facts.is_within_tolerance,
    facts.known_reason,
    facts.tolerance_factor,
    facts.own_markets,
    facts.month
from {{ gated('fct_reconciliations_daily') }} as facts
left join whole
    on facts.subject = whole.asset and facts.date = whole.date
where facts.metric <> 'asset_open_interest' or facts.own_markets = whole.markets
