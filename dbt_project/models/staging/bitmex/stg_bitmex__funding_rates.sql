with source as (
    {{ latest_version('bitmex', 'funding_rates') }}
),

-- The interval is written as an instant: 2000-01-01T08:00 is eight hours.
timed as (
    select
        *,
        cast(({{ epoch_ms('funding_interval') }} - 946684800000) / 3600000 as bigint) as interval_hours
    from source
    where {{ is_bitmex_perpetual() }}
),

renamed as (
    select
        -- ids
        'bitmex' as venue,
        symbol,
        'bitmex:' || symbol as market_id,

        -- numerics
        funding_rate,
        case when interval_hours between 1 and 24 then interval_hours end as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to(epoch_ms(adapter.quote('timestamp')), 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from timed
)

select * from renamed
