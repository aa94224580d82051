select
    {{ market_of('aevo', 'instrument_name') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('aevo', 'prices') }}) as source
where
    instrument_type = 'PERPETUAL'
    and {{ has_both_prices() }}
