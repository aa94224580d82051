select
    {{ market_of('extended', 'name') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('extended', 'market_stats') }}) as source
where
    -- spot pairs and markets that do not trade share the list
    coalesce(type, 'PERPETUAL') = 'PERPETUAL'
    and coalesce(status, 'ACTIVE') = 'ACTIVE'
    and mark_price > 0
    and index_price > 0
