select
    {{ market_of('aevo', 'instrument_name') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('aevo', 'prices') }}) as source
where
    instrument_type = 'PERPETUAL'
    and mark_price > 0
    and index_price > 0
