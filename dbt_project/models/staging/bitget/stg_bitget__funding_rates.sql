with source as (
    {{ latest_version('bitget', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'bitget' as venue,
        symbol,
        'bitget:' || symbol as market_id,

        -- numerics: the answer does not say the interval, it follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_bitget_perpetual() }}
)

select * from renamed
