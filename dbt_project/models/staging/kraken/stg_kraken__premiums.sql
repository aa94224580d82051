select
    {{ market_of('kraken', 'upper(symbol)') }},
    {{ premium() }},
    server_time as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kraken', 'tickers') }}) as source
where
    {{ is_kraken_perpetual() }}
    and {{ has_both_prices() }}
