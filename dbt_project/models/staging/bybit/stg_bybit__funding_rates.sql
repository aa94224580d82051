with source as (
    {{ latest_version('bybit', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'bybit' as venue,
        symbol,
        'bybit:' || symbol as market_id,

        -- numerics: the answer does not say the interval, it follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('funding_rate_timestamp', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_bybit_perpetual() }}
)

select * from renamed
