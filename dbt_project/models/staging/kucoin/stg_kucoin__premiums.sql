with source as (
    {{ latest_version(source('kucoin', 'contract_states'), ['symbol', 'observed_at']) }}
),

lots as (
    {{ kucoin_lots() }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        source.symbol,
        'kucoin:' || source.symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from source
    -- dated contracts share the list: they have a basis, not a premium
    inner join lots
        on source.symbol = lots.symbol
    where
        mark_price > 0
        and index_price > 0
)

select * from renamed
