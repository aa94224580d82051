select
    {{ market_of('bitmex', 'symbol') }},
    -- what a perpetual would settle at is its index
    mark_price / indicative_settle_price - 1 as premium,
    mark_price,
    indicative_settle_price as index_price,
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitmex', 'instrument_states') }}) as source
where
    {{ is_bitmex_perpetual() }}
    and mark_price > 0
    and indicative_settle_price > 0
