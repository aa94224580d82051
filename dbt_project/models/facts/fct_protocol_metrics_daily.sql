-- Small enough to build whole each time, so that a new protocol in the seed has its history at once.
select
    protocol,
    metric,
    date,
    'defillama' as source,
    value_usd,
    status,
    fetched_at,
    month
from {{ ref('int_protocol_series') }}

union all

-- a count, in the column of the other metrics; days the source passes over have no row
select
    protocol,
    'active_users' as metric,
    date,
    source,
    active_users as value_usd,
    case when active_users is null then 'missing' else 'ok' end as status,
    fetched_at,
    month
from {{ ref('int_protocol_users') }}
