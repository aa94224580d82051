select
    slug,
    total_liquidity_usd as tvl_usd,
    -- a capture ends with the running hour, every other point is a midnight
    {{ adapter.quote('time') }} % 86400 = 0 as is_midnight,
    {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('defillama', 'tvl') }}) as source
