with source as (
    {{ latest_version(source('kucoin', 'contract_states'), ['symbol', 'observed_at']) }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        -- dated contracts share the list: they have a basis, not a premium
        symbol in {{ kucoin_perpetuals() }}
        and mark_price > 0
        and index_price > 0
)

select * from renamed
