with source as (
    {{ latest_version('drift', 'market_states') }}
),

renamed as (
    select
        -- ids
        'drift' as venue,
        symbol,
        'drift:' || symbol as market_id,

        -- numerics
        mark_price / oracle_price - 1 as premium,
        mark_price,
        oracle_price as index_price,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        market_type = 'perp'
        and symbol not like '%-BET'
        and mark_price > 0
        and oracle_price > 0
        and observed_at < {{ day_start("date '2026-04-02'") }}
)

select * from renamed
