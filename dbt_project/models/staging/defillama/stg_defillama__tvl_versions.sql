-- Every version of the daily points of total value locked, where stg_defillama__tvl has the newest.
with source as (
    select * from {{ source('defillama', 'tvl') }}
)

select
    slug,
    total_liquidity_usd as tvl_usd,
    cast({{ from_epoch_s(adapter.quote('time')) }} as date) as date,
    _fetched_at as fetched_at, month
from source
-- a capture ends with the running hour, every other point is a midnight
where {{ adapter.quote('time') }} % 86400 = 0
