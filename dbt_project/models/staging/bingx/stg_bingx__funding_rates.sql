with source as (
    {{ latest_version('bingx', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'bingx' as venue,
        symbol,
        'bingx:' || symbol as market_id,

        -- numerics: the answer does not say the interval, it follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
