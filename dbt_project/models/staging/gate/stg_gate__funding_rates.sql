with source as (
    {{ latest_version(source('gate', 'funding_rates'), ['settle', 'contract', 't']) }}
),

renamed as (
    select
        -- ids
        'gate' as venue,
        contract as symbol,
        'gate:' || contract as market_id,

        -- numerics: the interval follows from the spacing of settlements
        r as funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps: stamped some two seconds late
        {{ from_epoch_ms(settlement_ms('settle, contract', 't * 1000')) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
