select
    {{ market_of('deribit', 'instrument_name') }},
    -- what a perpetual would be delivered at is its index
    mark_price / estimated_delivery_price - 1 as premium,
    mark_price,
    estimated_delivery_price as index_price,
    {{ from_epoch_ms('creation_timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('deribit', 'book_summaries') }}) as source
where
    {{ is_deribit_perpetual() }}
    and mark_price > 0
    and estimated_delivery_price > 0
