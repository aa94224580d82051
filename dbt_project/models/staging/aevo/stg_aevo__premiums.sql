with source as (
    {{ latest_version('aevo', 'prices') }}
),

renamed as (
    select
        -- ids
        'aevo' as venue,
        instrument_name as symbol,
        'aevo:' || instrument_name as market_id,

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
        instrument_type = 'PERPETUAL'
        and mark_price > 0
        and index_price > 0
)

select * from renamed
