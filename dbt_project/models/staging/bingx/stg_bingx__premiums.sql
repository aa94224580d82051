with source as (
    {{ latest_version('bingx', 'premium_index') }}
),

renamed as (
    select
        -- ids
        'bingx' as venue,
        symbol,
        'bingx:' || symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        mark_price > 0
        and index_price > 0
)

select * from renamed
