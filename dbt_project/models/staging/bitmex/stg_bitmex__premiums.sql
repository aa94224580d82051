select
    {{ market_of('bitmex', 'symbol') }},
    -- what a perpetual would settle at is its index
    {{ premium(index='indicative_settle_price') }},
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitmex', 'instrument_states') }}) as source
where
    {{ is_bitmex_perpetual() }}
    and {{ has_both_prices(index='indicative_settle_price') }}
