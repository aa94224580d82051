select
    {{ market_of('bingx', 'symbol') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bingx', 'premium_index') }}) as source
where {{ has_both_prices() }}
