with source as (
    {{ latest_version(source('hyperliquid_stats', 'liquidations_by_coin'), ['coin', adapter.quote('time')]) }}
)

select
    -- ids
    'hyperliquid' as venue,
    coin as symbol,
    'hyperliquid:' || coin as market_id,

    -- text: the CDN adds both sides up
    'both' as side,
    'venue' as coverage,

    -- numerics
    cast(null as double) as quantity_base,
    cast(null as double) as price,
    daily_notional_liquidated as liquidated_usd,
    {{ told_in_base() }},

    -- timestamps
    {{ adapter.quote('time') }} as liquidated_at,
    _fetched_at as fetched_at,
    month
from source
