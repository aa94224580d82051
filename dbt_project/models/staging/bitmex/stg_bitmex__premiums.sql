with source as (
    {{ latest_version('bitmex', 'instrument_states') }}
),

renamed as (
    select
        -- ids
        'bitmex' as venue,
        symbol,
        'bitmex:' || symbol as market_id,

        -- numerics: what a perpetual would settle at is its index
        mark_price / indicative_settle_price - 1 as premium,
        mark_price,
        indicative_settle_price as index_price,

        -- timestamps
        {{ adapter.quote('timestamp') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_bitmex_perpetual() }}
        and mark_price > 0
        and indicative_settle_price > 0
)

select * from renamed
