{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Open interest against market cap. Beside the plain level stands an index that only like moves: the same source, or the same markets. It is a
-- chain: a changed day changes all that come after it, so a touched month rebuilds every later one. The chain goes on from the rows before.
with thresholds as (
    {{ regime_thresholds(['supply_age_days_max', 'open_interest_gap_days_max']) }}
),

asset_days as (
    select asset, date, close
    from {{ ref('mart_asset_daily') }}
    where close > 0 and {{ in_touched_days(days_before=2) }}
),

markets as (
    select * from {{ markets_by_day() }} as markets
    where underlying_class = 'crypto' and product = 'perpetual'
),

market_open_interest as (
    select facts.market_id, facts.venue, facts.asset, facts.date, facts.open_interest_base, facts.open_interest_usd
    from {{ gated('fct_open_interest_daily', days_before=16) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'facts.date') }}
),

venues_days as (
    select
        asset,
        date,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        {{ sorted_list('venue') }} as coverage,
        lag(date) over (partition by asset order by date) as previous_date
    from market_open_interest
    group by asset, date
),

-- Growth in units of the asset, over the markets that are there on both days: who appears, goes or is held back moves nothing.
growths as (
    select
        days.asset,
        days.date,
        {{ exact_sum('today.open_interest_base') }} / {{ exact_sum('before.open_interest_base') }} as growth
    from venues_days as days
    inner join market_open_interest as today
        on days.asset = today.asset and days.date = today.date
    inner join market_open_interest as before
        on today.market_id = before.market_id and today.asset = before.asset and days.previous_date = before.date
    cross join thresholds
    where
        today.open_interest_base > 0
        and before.open_interest_base > 0
        and {{ dbt.datediff('days.previous_date', 'days.date', 'day') }} <= thresholds.open_interest_gap_days_max
    group by days.asset, days.date
),

-- Where each asset's chain stood before the days that are worked out here; after a longer hole it starts anew.
earlier as (
    {%- if is_by_month() %}
    select
        asset,
        max(venues_chained_since) as chained_since,
        max_by(venues_chain_logarithm, date) as logarithm
    from {{ this }}
    where
        venues_chained_since is not null
        and {{ in_touched_days(days_before=16) }}
        and not {{ in_touched_days(days_before=2) }}
    group by asset
    {%- else %}
    select asset, date as chained_since, cast(0 as decimal(38, 18)) as logarithm
    from venues_days
    where 1 = 0
    {%- endif %}
),

linked as (
    select
        days.*,
        growths.growth,
        coalesce(
            max(case when growths.growth is null then days.date end) over (
                partition by days.asset order by days.date rows between unbounded preceding and current row
            ),
            earlier.chained_since
        ) as chained_since,
        earlier.chained_since as earlier_chained_since,
        earlier.logarithm as earlier_logarithm
    from venues_days as days
    left join growths
        on days.asset = growths.asset and days.date = growths.date
    left join earlier
        on days.asset = earlier.asset
    where {{ in_touched_days(days_before=2, column='days.date') }}
),

-- Logarithms are added up as decimals, exactly.
chains as (
    select
        *,
        cast(
            case when chained_since = earlier_chained_since then earlier_logarithm else 0 end
            + sum(cast(coalesce(ln(growth), 0) as decimal(38, 18))) over (
                partition by asset, chained_since order by date rows between unbounded preceding and current row
            ) as decimal(38, 18)
        ) as logarithm
    from linked
),

series as (
    select
        asset,
        date,
        'venues' as source,
        coverage,
        'venues since ' || cast(chained_since as {{ dbt.type_string() }}) as basis,
        open_interest_usd,
        round(100 * exp(cast(logarithm as double)), 8) as open_interest_index
    from chains

    union all

    select
        facts.asset,
        facts.date,
        facts.source,
        facts.coverage,
        facts.source || ' ' || facts.coverage as basis,
        facts.aggregator_open_interest_usd as open_interest_usd,
        facts.aggregator_open_interest_usd / asset_days.close as open_interest_index
    from {{ gated('fct_asset_aggregates_daily', days_before=2) }} as facts
    inner join asset_days
        on facts.asset = asset_days.asset and facts.date = asset_days.date
    where facts.aggregator_open_interest_usd > 0
),

changes as (
    select
        today.*,
        round(today.open_interest_index / day_before.open_interest_index - 1, 10) as open_interest_change_1d,
        round(today.open_interest_index / two_before.open_interest_index - 1, 10) as open_interest_change_2d
    from series as today
    left join series as day_before
        on today.asset = day_before.asset and today.basis = day_before.basis
        and day_before.date = {{ dbt.dateadd('day', -1, 'today.date') }}
    left join series as two_before
        on today.asset = two_before.asset and today.basis = two_before.basis
        and two_before.date = {{ dbt.dateadd('day', -2, 'today.date') }}
),

chosen as (
    select
        *,
        row_number() over (partition by asset, date order by case when source = 'venues' then 1 else 0 end, source) as choice
    from changes
),

caps as (
    select facts.token as asset, facts.date, facts.market_cap_usd, facts.circulating_supply
    from {{ gated('fct_token_prices_daily', days_before=62) }} as facts
),

cap_days as (
    select asset, date from asset_days
    union
    select asset, date from caps
),

known_supplies as (
    select
        cap_days.asset,
        cap_days.date,
        caps.market_cap_usd,
        {{ last_known('caps.circulating_supply') }} over newest as circulating_supply,
        {{ last_known('case when caps.circulating_supply is not null then cap_days.date end') }} over newest as supply_on
    from cap_days
    left join caps
        on cap_days.asset = caps.asset and cap_days.date = caps.date
    window newest as (partition by cap_days.asset order by cap_days.date rows between unbounded preceding and current row)
),

valued as (
    select
        asset_days.asset,
        asset_days.date,
        asset_days.close,
        known_supplies.market_cap_usd as reported_cap_usd,
        case
            when {{ dbt.datediff('known_supplies.supply_on', 'asset_days.date', 'day') }} <= thresholds.supply_age_days_max
                then known_supplies.circulating_supply * asset_days.close
        end as estimated_cap_usd
    from asset_days
    inner join known_supplies
        on asset_days.asset = known_supplies.asset and asset_days.date = known_supplies.date
    cross join thresholds
),

capped as (
    select
        asset,
        date,
        close,
        coalesce(reported_cap_usd, estimated_cap_usd) as market_cap_usd,
        case
            when reported_cap_usd is not null then 'reported'
            when estimated_cap_usd is not null then 'supply'
        end as market_cap_kind
    from valued
)

select
    chosen.asset,
    chosen.date,
    chosen.open_interest_usd,
    chosen.source as open_interest_source,
    chosen.coverage as open_interest_coverage,
    chosen.basis as open_interest_basis,
    chosen.open_interest_index,
    chosen.open_interest_change_1d,
    chosen.open_interest_change_2d,
    capped.market_cap_usd,
    capped.market_cap_kind,
    chosen.open_interest_usd / nullif(capped.market_cap_usd, 0) as leverage,
    chosen.open_interest_index * capped.close / nullif(capped.market_cap_usd, 0) as leverage_index,
    chains.chained_since as venues_chained_since,
    chains.logarithm as venues_chain_logarithm,
    {{ month_of('chosen.date') }} as month
from chosen
left join chains
    on chosen.asset = chains.asset and chosen.date = chains.date
left join capped
    on chosen.asset = capped.asset and chosen.date = capped.date
where chosen.choice = 1 and {{ in_touched_days(column='chosen.date') }}
