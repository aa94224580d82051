with source as (
    {{ latest_version(source('hyperliquid_stats', 'unique_users'), [adapter.quote('time')]) }}
)

select
    'hyperliquid' as protocol,
    cast({{ adapter.quote('time') }} as date) as date,
    daily_unique_users as active_users,
    _fetched_at as fetched_at,
    month
from source
