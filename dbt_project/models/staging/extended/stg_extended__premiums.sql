select
    {{ market_of('extended', 'name') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('extended', 'market_stats') }}) as source
where {{ is_extended_trading() }} and {{ has_both_prices() }}
