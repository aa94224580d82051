select
    {{ market_of('hyperliquid', 'coin') }},
    -- the CDN adds both sides up
    'both' as side,
    'venue' as coverage,
    {{ not_given('quantity_base', 'price') }},
    daily_notional_liquidated as liquidated_usd,
    {{ told_in_base() }},
    {{ adapter.quote('time') }} as liquidated_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid_stats', 'liquidations_by_coin') }}) as source
