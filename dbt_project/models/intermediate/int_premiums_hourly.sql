-- The last premium of each market and UTC hour, the archive's before REST's.
with premiums as (
    {{ union_sources('premiums') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, {{ dbt.date_trunc('hour', 'observed_at') }}
            order by source_priority, observed_at desc, fetched_at desc
        ) as choice
    from premiums
)

select
    ranked.source,
    ranked.venue,
    ranked.symbol,
    ranked.market_id,
    coalesce(markets.asset, ranked.symbol) as asset,
    ranked.observed_at,
    ranked.premium,
    ranked.mark_price,
    ranked.index_price,
    ranked.fetched_at,
    ranked.month
from ranked
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('ranked.market_id', 'ranked.observed_at') }}
where
    ranked.choice = 1
    -- a delisted market is still answered for
    and (markets.delisted_at is null or ranked.observed_at < markets.delisted_at)
