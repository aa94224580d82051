-- Addresses that traded on a protocol, by UTC day; the running day, which a series ends with, is left out.
with users as (
    select
        protocol,
        date,
        active_users,
        fetched_at,
        max(fetched_at) over (partition by protocol) as series_read_at
    from {{ ref('stg_hyperliquid_stats__active_users') }}
)

select
    users.protocol,
    'hyperliquid_stats' as source,
    users.date,
    cast(users.active_users as double) as active_users,
    users.fetched_at,
    {{ month_of('users.date') }} as month
from users
where {{ day_end('users.date') }} <= users.series_read_at
