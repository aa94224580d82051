with source as (
    {{ latest_version('binance', 'premium_index') }}
),

renamed as (
    select
        -- ids
        'binance' as venue,
        symbol,
        'binance:' || symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,
        last_funding_rate,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
        {{ from_epoch_ms('next_funding_time') }} as next_funding_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_binance_perpetual('product') }}
        and mark_price > 0
        and index_price > 0
)

select * from renamed
