with source as (
    {{ latest_version('okx', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'okx' as venue,
        inst_id as symbol,
        'okx:' || inst_id as market_id,

        -- numerics: realized_rate was charged, funding_rate is what was forecast; the interval follows from the spacing
        coalesce(realized_rate, funding_rate) as funding_rate,
        cast(null as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where inst_id like '%-SWAP'
)

select * from renamed
