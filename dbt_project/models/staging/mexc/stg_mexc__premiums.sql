select
    {{ market_of('mexc', 'symbol') }},
    -- the fair price is what MEXC calls its mark
    fair_price / index_price - 1 as premium,
    fair_price as mark_price,
    index_price,
    {{ from_epoch_ms(adapter.quote('timestamp')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('mexc', 'tickers') }}) as source
where
    fair_price > 0
    and index_price > 0
