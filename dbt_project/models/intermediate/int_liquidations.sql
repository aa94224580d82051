-- Forced closings as venues publish them: one by one, or as the sum of a day where that is all there is.
-- Contracts are worth what the version of the market of that hour says.
with liquidations as (
    {{ union_sources('liquidations') }}
)

select
    liquidations.source,
    liquidations.source_priority,
    liquidations.venue,
    liquidations.symbol,
    liquidations.market_id,
    -- an aggregator names assets, not markets
    coalesce(markets.asset, names.asset, liquidations.symbol) as asset,
    liquidations.liquidated_at,
    liquidations.side,
    {{ amount_in_base('liquidations', 'liquidations.quantity_base', 'liquidations.price') }} * coalesce(markets.asset_multiplier, 1) as quantity_base,
    liquidations.price,
    {{ amount_in_usd('liquidations', 'liquidations.liquidated_usd', 'liquidations.price') }} as liquidated_usd,
    liquidations.coverage,
    {{ is_by_assumed_terms('liquidations', 'liquidations.liquidated_at') }} as has_assumed_terms,
    liquidations.fetched_at,
    liquidations.month
from liquidations
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('liquidations.market_id', 'liquidations.liquidated_at') }}
left join {{ own_names() }} as own
    on liquidations.source = own.venue
    and liquidations.symbol = own.base_asset
left join {{ ref('int_asset_names') }} as names
    on {{ named_asset('liquidations.symbol', 'liquidations.liquidated_at') }}
