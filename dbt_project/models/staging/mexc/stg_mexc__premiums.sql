select
    {{ market_of('mexc', 'symbol') }},
    -- the fair price is what MEXC calls its mark
    {{ premium('fair_price') }},
    {{ from_epoch_ms(adapter.quote('timestamp')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('mexc', 'tickers') }}) as source
where {{ has_both_prices('fair_price') }}
