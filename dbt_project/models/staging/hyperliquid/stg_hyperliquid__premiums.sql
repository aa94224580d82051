with source as (
    select * from {{ ref('stg_hyperliquid__asset_contexts') }}
)

select
    venue,
    symbol,
    market_id,
    mark_price / oracle_price - 1 as premium,
    mark_price,
    oracle_price as index_price,
    observed_at,
    fetched_at, month
from source
where
    mark_price > 0
    and oracle_price > 0
