with source as (
    {{ latest_version('edgex', 'tickers') }}
),

renamed as (
    select
        -- ids
        'edgex' as venue,
        contract_name as symbol,
        'edgex:' || contract_name as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        mark_price > 0
        and index_price > 0
)

select * from renamed
