-- Every version of token prices, where stg_defillama__coin_prices has the newest.
with source as (
    select * from {{ source('defillama', 'coin_prices') }}
),

renamed as (
    select
        -- ids
        case when coin like 'coingecko:%' then split_part(coin, ':', 2) end as coingecko_id,

        -- numerics
        price as price_usd,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
