with source as (
    {{ latest_version('coinbase', 'tickers') }}
),

renamed as (
    select
        -- ids
        'coinbase' as venue,
        symbol,
        'coinbase:' || symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        {{ adapter.quote('timestamp') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_coinbase_perpetual() }}
        and mark_price > 0
        and index_price > 0
        and {{ adapter.quote('timestamp') }} < {{ day_start(coinbase_moved_on()) }}
)

select * from renamed
