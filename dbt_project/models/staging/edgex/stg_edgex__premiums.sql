select
    {{ market_of('edgex', 'contract_name') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('edgex', 'tickers') }}) as source
where
    mark_price > 0
    and index_price > 0
