select
    {{ market_of('aster', 'symbol') }},
    {{ premium() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('aster', 'premium_index') }}) as source
where {{ has_both_prices() }}
