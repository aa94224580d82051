with stats as (
    {{ latest_version('jupiter', 'market_stats') }}
),

mints as (
    select
        mint,
        max(symbol) as symbol
    from {{ source('jupiter', 'custodies') }}
    group by mint
),

renamed as (
    select
        -- ids
        'jupiter' as venue,
        mints.symbol,
        'jupiter:' || mints.symbol as market_id,

        -- numerics: the day rolls, and is no calendar day
        stats.price as oracle_price,
        stats.volume as volume_usd_24h,

        -- timestamps
        stats.observed_at,
        stats._fetched_at as fetched_at,
        stats.month
    from stats
    inner join mints
        on stats.mint = mints.mint
)

select * from renamed
