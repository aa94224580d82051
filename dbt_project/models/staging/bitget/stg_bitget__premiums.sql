select
    {{ market_of('bitget', 'symbol') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitget', 'tickers') }}) as source
where
    {{ is_bitget_perpetual() }}
    and delivery_time is null
    and mark_price > 0
    and index_price > 0
