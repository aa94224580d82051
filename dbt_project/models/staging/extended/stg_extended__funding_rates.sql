with source as (
    {{ latest_version('extended', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'extended' as venue,
        market as symbol,
        'extended:' || market as market_id,

        -- numerics: a fraction of an hour, rounded to six decimals by the venue
        funding_rate,
        cast(1 as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps: stamped one or two seconds after the hour
        {{ from_epoch_ms(settlement_ms('market', adapter.quote('time'))) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
