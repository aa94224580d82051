select
    'gmx' as venue,
    pools.symbol,
    pools.market_id,
    case when source.is_long then 'long' else 'short' end as side,
    'venue' as coverage,
    -- the row has no size in tokens
    {{ gmx_usd('source.size_delta_usd') }} / nullif({{ gmx_price('source.execution_price', 'pools.decimals') }}, 0) as quantity_base,
    {{ gmx_price('source.execution_price', 'pools.decimals') }} as price,
    {{ gmx_usd('source.size_delta_usd') }} as liquidated_usd,
    {{ told_in_base() }},
    {{ from_epoch_s('source.' ~ adapter.quote('timestamp')) }} as liquidated_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('gmx', 'liquidations') }}) as source
inner join {{ ref('stg_gmx__pools') }} as pools
    on lower(source.market_address) = pools.address
where
    source.order_type = 7
    -- the order to liquidate is a row of its own
    and source.event_name = 'OrderExecuted'
