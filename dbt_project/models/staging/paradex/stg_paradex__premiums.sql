with source as (
    {{ latest_version('paradex', 'market_summaries') }}
),

renamed as (
    select
        -- ids
        'paradex' as venue,
        symbol,
        'paradex:' || symbol as market_id,

        -- numerics
        mark_price / underlying_price - 1 as premium,
        mark_price,
        underlying_price as index_price,

        -- timestamps
        {{ from_epoch_ms('created_at') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        symbol like '%-PERP'
        and mark_price > 0
        and underlying_price > 0
)

select * from renamed
