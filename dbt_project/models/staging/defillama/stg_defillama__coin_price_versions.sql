-- Every version of token prices, where stg_defillama__coin_prices has the newest.
with source as (
    select * from {{ source('defillama', 'coin_prices') }}
)

select
    case when coin like 'coingecko:%' then split_part(coin, ':', 2) end as coingecko_id,
    price as price_usd,
    {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from source
