select
    {{ market_of('drift', 'symbol') }},
    mark_price / oracle_price - 1 as premium,
    mark_price,
    oracle_price as index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('drift', 'market_states') }}) as source
where
    market_type = 'perp'
    and symbol not like '%-BET'
    and mark_price > 0
    and oracle_price > 0
    and observed_at < {{ day_start("date '2026-04-02'") }}
