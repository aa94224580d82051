with source as (
    {{ latest_version('binance_archive', 'funding_rates', since=events_since_first_day('calc_time')) }}
),

renamed as (
    select
        -- ids
        'binance' as venue,
        symbol,
        'binance:' || symbol as market_id,

        -- numerics
        last_funding_rate as funding_rate,
        funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps: stamped 0 to 31 ms after the hour
        {{ from_epoch_ms(rounded_to('calc_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_binance_perpetual('market') }}
)

select * from renamed
