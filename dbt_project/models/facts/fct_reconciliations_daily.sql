{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 3, 'days_before': 1, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Figures of ours beside other people's, by day: only where both are there. A list read after a day's end is of that day, and 90 days are
-- added up, so a touched month also rebuilds the one before it and those that its days count in.
with venue_sums as (
    select 'volume' as metric, venue, date, {{ exact_sum('volume_usd') }} as value, cast(count(*) as integer) as markets
    from {{ ref('fct_volume_daily') }}
    where {{ in_touched_months() }} and {{ since_first_day() }}
    group by venue, date
    union all
    select 'open_interest' as metric, venue, date, {{ exact_sum('open_interest_usd') }} as value, cast(count(*) as integer) as markets
    from {{ ref('fct_open_interest_daily') }}
    where {{ in_touched_months() }} and {{ since_first_day() }}
    group by venue, date
),

bitcoin as (
    select date, price_usd
    from {{ ref('fct_token_prices_daily') }}
    where token = 'BTC' and {{ in_touched_months() }} and {{ since_first_day() }}
),

listed as (
    select
        listings.source,
        listings.venue,
        listings.date,
        case when listings.unit = 'USD' then 1 else bitcoin.price_usd end as unit_usd,
        listings.volume,
        listings.open_interest
    from {{ ref('int_exchange_listings') }} as listings
    left join bitcoin on listings.date = bitcoin.date
    where {{ in_touched_months(column='listings.month') }} and {{ since_first_day('listings.date') }}
),

-- others' figures of a venue
claims as (
    select 'volume' as metric, venue, date, source, volume * unit_usd as value from listed
    union all
    select 'open_interest' as metric, venue, date, source, open_interest * unit_usd as value from listed
    union all
    select metrics.metric, venues.venue, metrics.date, metrics.source, metrics.value_usd as value
    from {{ ref('fct_protocol_metrics_daily') }} as metrics
    inner join {{ ref('dim_venues') }} as venues on metrics.protocol = venues.protocol
    where
        metrics.metric in ('volume', 'open_interest')
        and {{ in_touched_months(column='metrics.month') }} and {{ since_first_day('metrics.date') }}
),

twins as (
    select
        metric,
        venue,
        other_source,
        market_id,
        observed_at,
        cast(observed_at as date) as date,
        max(case when is_own then value_usd end) as own_value,
        max(case when is_own then null else value_usd end) as other_value
    from {{ ref('int_twin_observations') }}
    where {{ in_touched_months() }} and {{ since_first_day('observed_at') }}
    group by metric, venue, other_source, market_id, observed_at
),

-- hours that both have are a flow; of a stock the last moment that both have counts
shared_twins as (
    select
        *,
        row_number() over (partition by metric, venue, other_source, market_id, date order by observed_at desc) as choice
    from twins
    where own_value is not null and other_value is not null
),

-- what single exchanges hold of single assets, as an aggregator charts it
charted as (
    select told.venue, told.date, {{ exact_sum('own.value') }} as own_value, {{ exact_sum('told.open_interest_usd') }} as other_value,
        cast(sum(own.markets) as integer) as own_markets
    from {{ ref('stg_coinglass__exchange_open_interest') }} as told
    inner join (
        select venue, asset, date, {{ exact_sum('open_interest_usd') }} as value, count(*) as markets
        from {{ ref('fct_open_interest_daily') }}
        where {{ in_touched_months() }} and {{ since_first_day() }}
        group by venue, asset, date
    ) as own
        on told.venue = own.venue and told.asset = own.asset and told.date = own.date
    where {{ in_touched_months(column='told.month') }} and {{ since_first_day('told.date') }}
    group by told.venue, told.date
),

asset_sums as (
    select facts.asset, facts.date, {{ exact_sum('facts.open_interest_usd') }} as value, cast(count(*) as integer) as markets
    from {{ ref('fct_open_interest_daily') }} as facts
    inner join {{ ref('dim_venues') }} as venues on facts.venue = venues.venue and venues.product = 'perpetual'
    where {{ in_touched_months(column='facts.month') }} and {{ since_first_day('facts.date') }}
    group by facts.asset, facts.date
),

holders as (
    select
        protocol,
        date,
        month,
        {{ trailing_sum('case when holders_gap_usd is not null then holders_accrued_usd end', 'protocol', 'date', 90, scale=6) }} as accrued_usd,
        {{ trailing_sum('case when holders_gap_usd is not null then holders_reported_usd end', 'protocol', 'date', 90, scale=6) }} as reported_usd,
        {{ trailing('count', 'holders_gap_usd', 'protocol', 'date', 90) }} as days
    from {{ ref('fct_tokenholder_fee_share_daily') }}
    where {{ in_touched_months(before=4) }} and {{ in_touched_days(89) }}
),

pairs as (
    select claims.metric, claims.venue as subject, claims.date, claims.source as other_source, sums.value as own_value,
        claims.value as other_value, sums.markets as own_markets
    from claims
    inner join venue_sums as sums
        on claims.metric = sums.metric and claims.venue = sums.venue and claims.date = sums.date
    union all
    select metric, venue as subject, date, other_source, {{ exact_sum('own_value') }} as own_value,
        {{ exact_sum('other_value') }} as other_value, cast(count(distinct market_id) as integer) as own_markets
    from shared_twins
    where metric = 'volume' or choice = 1
    group by metric, venue, date, other_source
    union all
    select 'open_interest' as metric, venue as subject, date, 'coinglass' as other_source, own_value, other_value, own_markets
    from charted
    union all
    select 'asset_open_interest' as metric, sums.asset as subject, sums.date, told.source as other_source, sums.value as own_value,
        told.aggregator_open_interest_usd as other_value, sums.markets as own_markets
    from asset_sums as sums
    inner join {{ ref('fct_asset_aggregates_daily') }} as told
        on sums.asset = told.asset and sums.date = told.date
    where {{ in_touched_months(column='told.month') }}
    union all
    select 'fees' as metric, fees.protocol as subject, fees.date, chain.source as other_source, fees.fees_usd as own_value,
        chain.fees_usd as other_value, cast(null as integer) as own_markets
    from {{ ref('fct_protocol_fees_daily') }} as fees
    inner join {{ ref('int_chain_fees') }} as chain
        on fees.protocol = chain.protocol and fees.date = chain.date
    where {{ in_touched_months(column='fees.month') }} and {{ since_first_day('fees.date') }}
    union all
    -- nine days of ten must have both figures
    select 'holders_revenue_90d' as metric, protocol as subject, date, 'defillama' as other_source, accrued_usd as own_value,
        reported_usd as other_value, cast(null as integer) as own_markets
    from holders
    where days >= 81 and {{ in_touched_months() }} and {{ since_first_day() }}
),

{{ reconciled('pairs') }}

select
    metric,
    subject,
    date,
    other_source,
    own_value,
    other_value,
    ratio,
    tolerance_factor,
    is_within_tolerance,
    known_reason,
    own_markets,
    {{ month_of('date') }} as month
from reconciled
