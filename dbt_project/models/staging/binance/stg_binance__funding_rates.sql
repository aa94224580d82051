with source as (
    {{ latest_version('binance', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'binance' as venue,
        symbol,
        'binance:' || symbol as market_id,

        -- text
        rate_type,

        -- numerics: the answer does not say the interval, it follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        mark_price,

        -- timestamps: stamped some milliseconds off the minute
        {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_binance_perpetual('product') }}
)

select * from renamed
