{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- What kind of day it was for an asset, by where its figures stand among those of its last 365 days. Nothing later than the day is looked at.
with thresholds as (
    {{ regime_thresholds([
        'history_days_min', 'volatility_hours_min', 'open_interest_fall_1d', 'open_interest_fall_2d', 'deleveraging_percentile_min',
        'stress_percentile_min', 'stress_move_percentile_min', 'build_up_funding_percentile_min', 'build_up_funding_rate_8h_above',
        'build_up_leverage_percentile_min', 'build_up_volatility_percentile_max'
    ]) }}
),

-- A year before the days that are ranked is read. Leverage is a chain, so a touched month rebuilds every later one here too.
asset_days as (
    select * from {{ ref('mart_asset_daily') }}
    where {{ in_touched_days(days_before=366) }}
),

-- An aggregator's funding, for days on which none of our venues has any; of several the first by name.
aggregates as (
    select facts.asset, facts.date, min(facts.source) as source, min_by(facts.funding_rate_8h, facts.source) as funding_rate_8h
    from {{ gated('fct_asset_aggregates_daily', days_before=365) }} as facts
    where facts.funding_rate_8h is not null
    group by facts.asset, facts.date
),

moves as (
    select
        today.asset,
        today.date,
        round(today.close / day_before.close - 1, 10) as price_change_1d
    from asset_days as today
    inner join asset_days as day_before
        on today.asset = day_before.asset and day_before.date = {{ days_before('today.date', 1) }}
    where today.close > 0 and day_before.close > 0
),

measures as (
    select
        assets.asset,
        assets.date,
        assets.liquidations_usd,
        assets.liquidations_coverage,
        case when assets.realised_volatility_hours >= thresholds.volatility_hours_min then assets.realised_volatility_7d end
            as realised_volatility_7d,
        moves.price_change_1d,
        abs(moves.price_change_1d) as price_change_1d_size,
        coalesce(assets.funding_rate_8h, aggregates.funding_rate_8h) as funding_rate_8h,
        {{ without_noise('coalesce(assets.funding_rate_8h, aggregates.funding_rate_8h)') }} as funding_rate_8h_ranked,
        case when assets.funding_rate_8h is not null then 'venues' else aggregates.source end as funding_source,
        leverages.open_interest_usd,
        leverages.open_interest_source,
        leverages.open_interest_coverage,
        leverages.open_interest_basis,
        leverages.open_interest_index,
        leverages.open_interest_change_1d,
        leverages.open_interest_change_2d,
        leverages.market_cap_usd,
        leverages.leverage,
        leverages.leverage_index
    from asset_days as assets
    left join {{ ref('mart_leverage_daily') }} as leverages
        on assets.asset = leverages.asset and assets.date = leverages.date
    left join moves
        on assets.asset = moves.asset and assets.date = moves.date
    left join aggregates
        on assets.asset = aggregates.asset and assets.date = aggregates.date
    cross join thresholds
    where {{ in_touched_days(days_before=365, column='assets.date') }}
),

-- Each day beside the like ones of its last 365: how many there are, and how many are at or below it.
placed as (
    select
        today.asset,
        today.date,
        {{ placed('liquidations', 'liquidations_usd', 'liquidations_coverage') }},
        {{ placed('volatility', 'realised_volatility_7d') }},
        {{ placed('price_change', 'price_change_1d_size') }},
        {{ placed('funding', 'funding_rate_8h_ranked', 'funding_source') }},
        {{ placed('open_interest', 'open_interest_index', 'open_interest_basis') }},
        {{ placed('leverage', 'leverage_index', 'open_interest_basis') }}
    from measures as today
    inner join measures as other
        on today.asset = other.asset and other.date between {{ days_before('today.date', 364) }} and today.date
    where {{ in_touched_days(days_before=1, column='today.date') }}
    group by today.asset, today.date
),

ranked as (
    select
        measures.*,
        {{ percentile('liquidations', 'thresholds.history_days_min') }} as liquidations_usd_rank,
        {{ percentile('volatility', 'thresholds.history_days_min') }} as realised_volatility_7d_rank,
        {{ percentile('price_change', 'thresholds.history_days_min') }} as price_change_1d_rank,
        {{ percentile('funding', 'thresholds.history_days_min') }} as funding_rate_8h_rank,
        {{ percentile('open_interest', 'thresholds.history_days_min') }} as open_interest_rank,
        {{ percentile('leverage', 'thresholds.history_days_min') }} as leverage_rank,
        placed.liquidations_days,
        placed.volatility_days,
        placed.price_change_days,
        placed.funding_days,
        placed.leverage_days
    from placed
    inner join measures
        on placed.asset = measures.asset and placed.date = measures.date
    cross join thresholds
),

two_days as (
    select
        ranked.*,
        greatest(ranked.realised_volatility_7d_rank, day_before.realised_volatility_7d_rank) as volatility_rank_2d,
        greatest(ranked.liquidations_usd_rank, day_before.liquidations_usd_rank) as liquidations_rank_2d
    from ranked
    left join ranked as day_before
        on ranked.asset = day_before.asset and day_before.date = {{ days_before('ranked.date', 1) }}
),

-- True, false, or null where what decides it is not known. Liquidations, which few venues publish, and the day's move only ever add to a finding.
judged as (
    select
        two_days.*,
        (
            open_interest_change_1d <= -open_interest_fall_1d
            and (
                realised_volatility_7d_rank >= deleveraging_percentile_min
                or coalesce(liquidations_usd_rank >= deleveraging_percentile_min, false)
            )
        )
        or (
            open_interest_change_2d <= -open_interest_fall_2d
            and (
                volatility_rank_2d >= deleveraging_percentile_min
                or coalesce(liquidations_rank_2d >= deleveraging_percentile_min, false)
            )
        ) as is_deleveraging,
        realised_volatility_7d_rank >= stress_percentile_min
        or coalesce(liquidations_usd_rank >= stress_percentile_min, false)
        or coalesce(price_change_1d_rank >= stress_move_percentile_min, false) as is_stress,
        price_change_1d_rank >= stress_move_percentile_min as is_large_move,
        funding_rate_8h_rank >= build_up_funding_percentile_min
        and funding_rate_8h > build_up_funding_rate_8h_above
        and leverage_rank >= build_up_leverage_percentile_min
        and realised_volatility_7d_rank <= build_up_volatility_percentile_max as is_build_up,
        cast(history_days_min as integer) as days_needed
    from two_days
    cross join thresholds
),

named as (
    select
        *,
        case
            when is_deleveraging then 'deleveraging'
            when is_stress then 'stress'
            when is_deleveraging is null or is_stress is null then null
            when is_build_up then 'build_up'
            when not is_build_up then 'calm'
        end as regime
    from judged
)

select
    asset,
    date,
    regime,
    {{ texts(regime_reasons()) }} as reasons,
    liquidations_usd,
    liquidations_coverage,
    liquidations_usd_rank,
    realised_volatility_7d,
    realised_volatility_7d_rank,
    price_change_1d,
    price_change_1d_rank,
    funding_rate_8h,
    funding_source,
    funding_rate_8h_rank,
    open_interest_usd,
    open_interest_source,
    open_interest_change_1d,
    open_interest_change_2d,
    open_interest_rank,
    market_cap_usd,
    leverage,
    open_interest_coverage as leverage_coverage,
    open_interest_basis as leverage_basis,
    leverage_rank,
    cast(volatility_days as integer) as history_days,
    {{ month_of('date') }} as month
from named
where {{ in_touched_days() }}
