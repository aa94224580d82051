with source as (
    {{ latest_version('extended', 'market_stats') }}
),

renamed as (
    select
        -- ids
        'extended' as venue,
        name as symbol,
        'extended:' || name as market_id,

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
        -- spot pairs and markets that do not trade share the list
        coalesce(type, 'PERPETUAL') = 'PERPETUAL'
        and coalesce(status, 'ACTIVE') = 'ACTIVE'
        and mark_price > 0
        and index_price > 0
)

select * from renamed
