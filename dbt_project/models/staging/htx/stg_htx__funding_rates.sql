with source as (
    {{ latest_version('htx', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'htx' as venue,
        contract_code as symbol,
        'htx:' || contract_code as market_id,

        -- numerics: realized_rate is null nearly always; the interval follows from the spacing of settlements
        funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_htx_perpetual() }}
)

select * from renamed
