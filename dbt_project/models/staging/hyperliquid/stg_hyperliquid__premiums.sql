with source as (
    select * from {{ ref('stg_hyperliquid__asset_contexts') }}
),

renamed as (
    select
        -- ids
        venue,
        symbol,
        market_id,

        -- numerics
        mark_price / oracle_price - 1 as premium,
        mark_price,
        oracle_price as index_price,

        -- timestamps
        observed_at,
        fetched_at,
        month
    from source
    where
        mark_price > 0
        and oracle_price > 0
)

select * from renamed
