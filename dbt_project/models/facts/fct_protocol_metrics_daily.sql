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
