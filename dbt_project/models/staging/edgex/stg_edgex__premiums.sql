select
    {{ market_of('edgex', 'contract_name') }},
    {{ premium() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('edgex', 'tickers') }}) as source
where {{ has_both_prices() }}
