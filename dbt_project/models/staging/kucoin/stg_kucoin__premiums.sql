select
    {{ market_of('kucoin', 'symbol') }},
    {{ premium() }},
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kucoin', 'contract_states') }}) as source
where
    -- dated contracts share the list: they have a basis, not a premium
    symbol in {{ kucoin_perpetuals() }}
    and {{ has_both_prices() }}
