select
    {{ market_of('kraken', 'upper(symbol)') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    server_time as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kraken', 'tickers') }}) as source
where
    {{ is_kraken_perpetual() }}
    and mark_price > 0
    and index_price > 0
