select
    {{ market_of('bingx', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bingx', 'premium_index') }}) as source
where
    mark_price > 0
    and index_price > 0
