select
    {{ market_of('binance', 'symbol') }},
    {{ premium() }},
    last_funding_rate,
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    {{ from_epoch_ms('next_funding_time') }} as next_funding_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance', 'premium_index') }}) as source
where
    {{ is_binance_perpetual('product') }}
    and {{ has_both_prices() }}
