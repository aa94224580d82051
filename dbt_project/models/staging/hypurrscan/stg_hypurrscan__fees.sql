select
    'hyperliquid' as protocol,
    -- counters of all time, millionths of a dollar
    total_fees / 1000000 as total_fees_usd,
    total_spot_fees / 1000000 as total_spot_fees_usd,
    {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hypurrscan', 'fees') }}) as source
