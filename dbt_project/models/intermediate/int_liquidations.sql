-- Forced closings as venues publish them: one by one, or as the sum of a day where that is all there is.
with liquidations as (
    {{ union_sources('liquidations') }}
)

select
    liquidations.source,
    liquidations.source_priority,
    liquidations.venue,
    liquidations.symbol,
    liquidations.market_id,
    coalesce(markets.asset, liquidations.symbol) as asset,
    liquidations.liquidated_at,
    liquidations.side,
    liquidations.quantity_base * coalesce(markets.asset_multiplier, 1) as quantity_base,
    liquidations.price,
    liquidations.liquidated_usd,
    liquidations.coverage,
    liquidations.fetched_at,
    liquidations.month
from liquidations
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('liquidations.market_id', 'liquidations.liquidated_at') }}
