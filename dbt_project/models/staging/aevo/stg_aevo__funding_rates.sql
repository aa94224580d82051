with source as (
    {{ latest_version('aevo', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'aevo' as venue,
        instrument_name as symbol,
        'aevo:' || instrument_name as market_id,

        -- numerics: a fraction per hour, settled every hour
        funding_rate,
        cast(1 as bigint) as funding_interval_hours,
        mark_price,

        -- timestamps
        {{ from_epoch_us('cast((' ~ rounded_to(adapter.quote('timestamp'), 60000000000) ~ ') / 1000 as bigint)') }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where instrument_name like '%-PERP'
)

select * from renamed
