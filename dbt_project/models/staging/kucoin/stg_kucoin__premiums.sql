select
    {{ market_of('kucoin', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kucoin', 'contract_states') }}) as source
where
    -- dated contracts share the list: they have a basis, not a premium
    symbol in {{ kucoin_perpetuals() }}
    and mark_price > 0
    and index_price > 0
