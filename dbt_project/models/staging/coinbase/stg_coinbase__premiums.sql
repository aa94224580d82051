select
    {{ market_of('coinbase', 'symbol') }},
    {{ premium() }},
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coinbase', 'tickers') }}) as source
where {{ is_coinbase_own(adapter.quote('timestamp')) }} and {{ has_both_prices() }}
