select
    {{ market_of('bybit', 'symbol') }},
    {{ premium() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bybit', 'tickers') }}) as source
where
    {{ is_bybit_perpetual() }}
    and {{ has_both_prices() }}
