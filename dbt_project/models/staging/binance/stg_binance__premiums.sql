select
    {{ market_of('binance', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    last_funding_rate,
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    {{ from_epoch_ms('next_funding_time') }} as next_funding_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance', 'premium_index') }}) as source
where
    {{ is_binance_perpetual('product') }}
    and mark_price > 0
    and index_price > 0
