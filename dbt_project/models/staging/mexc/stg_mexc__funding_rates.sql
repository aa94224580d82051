with source as (
    {{ latest_version('mexc', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        symbol,
        'mexc:' || symbol as market_id,

        -- numerics: every settlement says its own interval
        funding_rate,
        collect_cycle as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('settle_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
