select
    {{ market_of('bybit', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bybit', 'tickers') }}) as source
where
    {{ is_bybit_perpetual() }}
    and mark_price > 0
    and index_price > 0
