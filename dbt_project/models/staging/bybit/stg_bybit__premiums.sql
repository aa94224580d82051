with source as (
    {{ latest_version('bybit', 'tickers') }}
),

renamed as (
    select
        -- ids
        'bybit' as venue,
        symbol,
        'bybit:' || symbol as market_id,

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
        {{ is_bybit_perpetual() }}
        and mark_price > 0
        and index_price > 0
)

select * from renamed
