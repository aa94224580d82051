with source as (
    {{ latest_version('bitget', 'tickers') }}
),

renamed as (
    select
        -- ids
        'bitget' as venue,
        symbol,
        'bitget:' || symbol as market_id,

        -- numerics
        mark_price / index_price - 1 as premium,
        mark_price,
        index_price,

        -- timestamps
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_bitget_perpetual() }}
        and delivery_time is null
        and mark_price > 0
        and index_price > 0
)

select * from renamed
