select
    {{ market_of('deribit', 'instrument_name') }},
    -- what a perpetual would be delivered at is its index
    {{ premium(index='estimated_delivery_price') }},
    {{ from_epoch_ms('creation_timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('deribit', 'book_summaries') }}) as source
where
    {{ is_deribit_perpetual() }}
    and {{ has_both_prices(index='estimated_delivery_price') }}
