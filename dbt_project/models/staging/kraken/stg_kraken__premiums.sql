with source as (
    {{ latest_version('kraken', 'tickers') }}
),

renamed as (
    select
        -- ids
        'kraken' as venue,
        upper(symbol) as symbol,
        'kraken:' || upper(symbol) as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        server_time as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_kraken_perpetual() }}
        and mark_price > 0
        and index_price > 0
)

select * from renamed
