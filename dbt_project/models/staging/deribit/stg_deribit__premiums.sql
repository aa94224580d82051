with source as (
    {{ latest_version('deribit', 'book_summaries') }}
),

renamed as (
    select
        -- ids
        'deribit' as venue,
        instrument_name as symbol,
        'deribit:' || instrument_name as market_id,

        -- numerics: what a perpetual would be delivered at is its index
        mark_price / estimated_delivery_price - 1 as premium,
        mark_price,
        estimated_delivery_price as index_price,

        -- timestamps
        {{ from_epoch_ms('creation_timestamp') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_deribit_perpetual() }}
        and mark_price > 0
        and estimated_delivery_price > 0
)

select * from renamed
