with source as (
    {{ latest_version('kucoin', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,

        -- numerics: the answer does not say the interval, it follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('timepoint', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
