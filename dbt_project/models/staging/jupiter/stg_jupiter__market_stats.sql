with mints as (
    select
        mint,
        max(symbol) as symbol
    from {{ source('jupiter', 'custodies') }}
    group by mint
)

select
    {{ market_of('jupiter', 'mints.symbol') }},
    -- the day rolls, and is no calendar day
    stats.price as oracle_price,
    stats.volume as volume_usd_24h,
    stats.observed_at,
    stats._fetched_at as fetched_at, stats.month
from ({{ latest_version('jupiter', 'market_stats') }}) as stats
inner join mints
    on stats.mint = mints.mint
