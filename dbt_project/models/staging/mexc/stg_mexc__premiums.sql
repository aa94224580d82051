with source as (
    {{ latest_version('mexc', 'tickers') }}
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        symbol,
        'mexc:' || symbol as market_id,

        -- numerics: the fair price is what MEXC calls its mark
        fair_price / index_price - 1 as premium,
        fair_price as mark_price,
        index_price,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('timestamp')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        fair_price > 0
        and index_price > 0
)

select * from renamed
