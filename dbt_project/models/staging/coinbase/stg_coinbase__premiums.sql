select
    {{ market_of('coinbase', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coinbase', 'tickers') }}) as source
where
    {{ is_coinbase_perpetual() }}
    and mark_price > 0
    and index_price > 0
    and {{ adapter.quote('timestamp') }} < {{ day_start(coinbase_moved_on()) }}
