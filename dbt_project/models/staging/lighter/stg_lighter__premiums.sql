select
    {{ market_of('lighter', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('lighter', 'market_states') }}) as source
where
    status = 'active'
    and mark_price > 0
    and index_price > 0
