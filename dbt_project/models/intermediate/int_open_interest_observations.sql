-- The last observation of each market and UTC day: open interest is a stock, read once, never summed.
with open_interest as (
    {{ union_sources('open_interest') }}
),

dated as (
    select
        *,
        cast(observed_at as date) as date
    from open_interest
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, date
            order by observed_at desc, source_priority, fetched_at desc, open_interest_usd desc nulls last
        ) as choice
    from dated
)

select
    ranked.source,
    ranked.venue,
    ranked.symbol,
    ranked.market_id,
    coalesce(markets.asset, ranked.symbol) as asset,
    coalesce(markets.asset_multiplier, 1) as asset_multiplier,
    ranked.date,
    ranked.observed_at,
    ranked.open_interest_base,
    ranked.open_interest_usd,
    ranked.side_convention,
    ranked.long_usd,
    ranked.short_usd,
    ranked.price_used,
    ranked.price_kind,
    ranked.fetched_at,
    ranked.month
from ranked
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('ranked.market_id', 'ranked.observed_at') }}
where
    ranked.choice = 1
    -- a delisted market is still answered for, with zero, for ever
    and (
        markets.delisted_at is null
        or ranked.observed_at < markets.delisted_at
        or coalesce(ranked.open_interest_base, ranked.open_interest_usd) <> 0
    )
