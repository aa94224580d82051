select
    {{ market_of('drift', 'symbol') }},
    {{ premium(index='oracle_price') }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('drift', 'market_states') }}) as source
where {{ is_drift_perpetual() }} and {{ has_both_prices(index='oracle_price') }}
