with source as (
    {{ latest_version('defillama', 'coin_prices') }}
),

renamed as (
    select
        -- ids
        coin,
        case when coin like 'coingecko:%' then split_part(coin, ':', 2) end as coingecko_id,

        -- text
        symbol,

        -- numerics
        price as price_usd,
        confidence,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
