{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- One crypto asset's day over all venues of perpetuals and their markets that passed the gate; a market is of the class that it had that day.
with {{ market_figures(
    gated('fct_volume_daily', days_before=6),
    gated('fct_open_interest_daily', days_before=6),
    gated('fct_funding_rates', days_before=6),
    gated('fct_premiums_hourly', days_before=6)
) }},

{{ coin_liquidations(gated('fct_liquidations_daily')) }},

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

sized as (
    select
        *,
        row_number() over (partition by asset, date order by volume_usd desc nulls last, market_id) as size_rank
    from joined
),

asset_days as (
    select
        asset,
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        {{ exact_sum('case when open_interest_usd > 0 then volume_usd end') }} as volume_with_open_interest_usd,
        {{ weighted_mean('funding_rate_hourly', 'open_interest_usd') }} as funding_by_open_interest,
        {{ weighted_mean('funding_rate_hourly', 'volume_usd') }} as funding_by_volume,
        {{ weighted_mean('premium', 'volume_usd') }} as basis,
        max(case when size_rank = 1 then close end) as close,
        max(case when size_rank = 1 then squared_returns end) as squared_returns,
        max(case when size_rank = 1 then hours end) as hours,
        count(distinct venue) as venues,
        count(*) as markets
    from sized
    group by asset, date
),

weighted as (
    select
        *,
        {{ funding_weight() }} as funding_weight,
        {{ trailing_sum('squared_returns', 'asset', 'date', 7, scale=24) }} as squared_returns_7d,
        {{ trailing('sum', 'case when squared_returns is not null then hours end', 'asset', 'date', 7) }} as hours_7d
    from asset_days
),

rated as (
    select
        *,
        case when funding_weight = 'open_interest' then funding_by_open_interest else funding_by_volume end as funding_rate_hourly
    from weighted
),

-- What is known of whom, and what the same venues did since the day before.
series as (
    select
        *,
        {{ like_for_like_parts('volume_usd') }},
        {{ like_for_like_parts('open_interest_usd') }},
        {{ like_for_like_parts('liquidations_usd') }}
    from {{ ref('mart_venue_asset_daily') }}
    where {{ in_touched_days(days_before=1) }}
),

coverage as (
    select
        asset,
        date,
        {{ coverage_counts(quantities()) }},
        {{ like_for_like('volume_usd') }} as volume_usd_change_1d,
        {{ like_for_like('open_interest_usd') }} as open_interest_usd_change_1d,
        {{ like_for_like('liquidations_usd') }} as liquidations_usd_change_1d
    from series
    where {{ in_touched_days() }}
    group by asset, date
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
    coverage.volume_usd_change_1d,
    coverage.open_interest_usd_change_1d,
    coverage.liquidations_usd_change_1d,
    {%- for quantity in quantities() %}
    coverage.{{ quantity }}_venues_reported,
    coverage.{{ quantity }}_venues_expected,
    {{ is_complete(quantity, 'coverage.') }} as is_{{ quantity }}_complete,
    {%- endfor %}
    {{ month_of('coalesce(rated.date, liquidation_days.date)') }} as month
from rated
full outer join liquidation_days
    on rated.asset = liquidation_days.asset and rated.date = liquidation_days.date
left join coverage
    on coalesce(rated.asset, liquidation_days.asset) = coverage.asset and coalesce(rated.date, liquidation_days.date) = coverage.date
where {{ in_touched_days(column='coalesce(rated.date, liquidation_days.date)') }}
