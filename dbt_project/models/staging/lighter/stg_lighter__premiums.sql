select
    {{ market_of('lighter', 'symbol') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('lighter', 'market_states') }}) as source
where
    status = 'active'
    and {{ has_both_prices() }}
