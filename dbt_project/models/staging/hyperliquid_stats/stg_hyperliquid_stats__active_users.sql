select
    'hyperliquid' as protocol,
    cast({{ adapter.quote('time') }} as date) as date,
    daily_unique_users as active_users,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid_stats', 'unique_users') }}) as source
