{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 1, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- One crypto asset's day over all venues of perpetuals and their markets that passed the gate; a market is of the class that it had that day.
with perpetuals as (
    select * from {{ markets_by_day() }} as markets
    where product = 'perpetual'
),

markets as (
    select * from perpetuals
    where underlying_class = 'crypto'
),

volume as (
    select
        facts.market_id, facts.venue, facts.asset, facts.date, facts.volume_usd, facts.hours, facts.squared_returns,
        facts.close / markets.asset_multiplier as close
    from {{ gated('fct_volume_daily', days_before=6) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'facts.date') }}
),

open_interest as (
    select facts.market_id, facts.venue, facts.asset, facts.date, facts.open_interest_usd
    from {{ gated('fct_open_interest_daily', days_before=6) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'facts.date') }}
),

-- What a long paid over the day, per hour of the intervals it paid for.
funding as (
    select
        facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date) as date,
        {{ exact_sum('facts.funding_rate', 18) }} / sum(facts.funding_interval_hours) as funding_rate_hourly
    from {{ gated('fct_funding_rates', days_before=6) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.settled_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date)
),

premiums as (
    select
        facts.market_id, facts.venue, facts.asset, cast(facts.observed_at as date) as date,
        {{ exact_sum('facts.premium', 18) }} / count(facts.premium) as premium
    from {{ gated('fct_premiums_hourly', days_before=6) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.observed_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, cast(facts.observed_at as date)
),

told as (
    select facts.venue, facts.asset, facts.date, facts.side, facts.source, facts.coverage, facts.liquidated_usd
    from {{ gated('fct_liquidations_daily') }} as facts
),

-- Coins of a venue whose markets of that name are all coins that day: liquidations name the asset, not the market.
coins as (
    select perpetuals.venue, days.asset, days.date
    from (select distinct asset, date from told) as days
    inner join perpetuals
        on days.asset = perpetuals.asset and days.date >= perpetuals.first_on and days.date < perpetuals.end_on
    group by perpetuals.venue, days.asset, days.date
    having min(case when perpetuals.underlying_class = 'crypto' then 1 else 0 end) = 1
),

-- One source per venue, asset and day: whole before sampled, then by name. A total over venues is kept apart from what is in it.
liquidations as (
    select
        told.venue, told.asset, told.date, told.side, told.liquidated_usd,
        told.coverage = 'all_venues' as is_total,
        rank() over (
            partition by told.venue, told.asset, told.date
            order by case when told.coverage = 'sampled' then 1 else 0 end, told.source
        ) as source_rank,
        max(case when told.coverage = 'all_venues' then 1 else 0 end) over (partition by told.asset, told.date) = 1 as has_total
    from told
    left join coins
        on told.venue = coins.venue and told.asset = coins.asset and told.date = coins.date
    left join (select distinct asset, date from coins) as coins_anywhere
        on told.asset = coins_anywhere.asset and told.date = coins_anywhere.date
    where coins.asset is not null or (told.coverage = 'all_venues' and coins_anywhere.asset is not null)
),

liquidation_days as (
    select
        asset,
        date,
        {{ exact_sum('liquidated_usd') }} as liquidations_usd,
        {{ exact_sum("case when side = 'long' then liquidated_usd end") }} as long_liquidations_usd,
        {{ exact_sum("case when side = 'short' then liquidated_usd end") }} as short_liquidations_usd,
        case when has_total then 'all_venues' else {{ sorted_list('venue') }} end as liquidations_coverage
    from liquidations
    where source_rank = 1 and is_total = has_total
    group by asset, date, has_total
),

market_days as (
    select market_id, venue, asset, date from volume
    union
    select market_id, venue, asset, date from open_interest
    union
    select market_id, venue, asset, date from funding
),

joined as (
    select
        market_days.*,
        volume.volume_usd,
        volume.hours,
        volume.squared_returns,
        volume.close,
        open_interest.open_interest_usd,
        funding.funding_rate_hourly,
        premiums.premium,
        row_number() over (
            partition by market_days.asset, market_days.date
            order by volume.volume_usd desc nulls last, market_days.market_id
        ) as size_rank
    from market_days
    left join volume
        on market_days.market_id = volume.market_id and market_days.date = volume.date
    left join open_interest
        on market_days.market_id = open_interest.market_id and market_days.date = open_interest.date
    left join funding
        on market_days.market_id = funding.market_id and market_days.date = funding.date
    left join premiums
        on market_days.market_id = premiums.market_id and market_days.date = premiums.date
),

asset_days as (
    select
        asset,
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        {{ exact_sum('case when open_interest_usd > 0 then volume_usd end') }} as volume_with_open_interest_usd,
        {{ exact_sum('funding_rate_hourly * open_interest_usd') }}
            / nullif({{ exact_sum('case when funding_rate_hourly is not null then open_interest_usd end') }}, 0)
            as funding_by_open_interest,
        {{ exact_sum('funding_rate_hourly * volume_usd') }}
            / nullif({{ exact_sum('case when funding_rate_hourly is not null then volume_usd end') }}, 0) as funding_by_volume,
        {{ exact_sum('premium * volume_usd') }}
            / nullif({{ exact_sum('case when premium is not null then volume_usd end') }}, 0) as basis,
        max(case when size_rank = 1 then close end) as close,
        max(case when size_rank = 1 then squared_returns end) as squared_returns,
        max(case when size_rank = 1 then hours end) as hours,
        count(distinct venue) as venues,
        count(*) as markets
    from joined
    group by asset, date
),

-- Open interest weighs funding where it is known for the markets that do most of the trading, else volume does.
weighted as (
    select
        *,
        case
            when funding_by_open_interest is not null
                and coalesce(volume_with_open_interest_usd, 0) >= 0.5 * coalesce(volume_usd, 0) then 'open_interest'
            when funding_by_volume is not null then 'volume'
            when funding_by_open_interest is not null then 'open_interest'
        end as funding_weight,
        {{ trailing_sum('squared_returns', 'asset', 'date', 7, scale=24) }} as squared_returns_7d,
        {{ trailing('sum', 'case when squared_returns is not null then hours end', 'asset', 'date', 7) }} as hours_7d
    from asset_days
),

rated as (
    select
        *,
        case when funding_weight = 'open_interest' then funding_by_open_interest else funding_by_volume end as funding_rate_hourly
    from weighted
)

select
    coalesce(rated.asset, liquidation_days.asset) as asset,
    coalesce(rated.date, liquidation_days.date) as date,
    volume_usd,
    open_interest_usd,
    funding_rate_hourly * 8 as funding_rate_8h,
    funding_rate_hourly * 24 * 365 as funding_rate_apr,
    funding_weight,
    sqrt(squared_returns_7d / nullif(hours_7d, 0) * 24 * 365) as realised_volatility_7d,
    cast(hours_7d as integer) as realised_volatility_hours,
    basis,
    liquidation_days.liquidations_usd,
    liquidation_days.liquidations_coverage,
    liquidation_days.long_liquidations_usd,
    liquidation_days.short_liquidations_usd,
    close,
    cast(coalesce(venues, 0) as integer) as venues,
    cast(coalesce(markets, 0) as integer) as markets,
    {{ month_of('coalesce(rated.date, liquidation_days.date)') }} as month
from rated
full outer join liquidation_days
    on rated.asset = liquidation_days.asset and rated.date = liquidation_days.date
where {{ in_touched_days(column='coalesce(rated.date, liquidation_days.date)') }}
