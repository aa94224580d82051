select
    {{ market_of('gate', 'name') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('gate', 'contract_states') }}) as source
where {{ has_both_prices() }}
