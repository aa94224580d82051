-- One settlement per market and instant: the archive's row where it has one, with REST's mark price, which the archive lacks.
with funding_rates as (
    {{ union_sources('funding_rates') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, settled_at
            order by source_priority, fetched_at desc
        ) as choice,
        max(mark_price) over (partition by month, market_id, settled_at) as known_mark_price
    from funding_rates
)

select
    ranked.source,
    ranked.venue,
    ranked.symbol,
    ranked.market_id,
    coalesce(markets.asset, ranked.symbol) as asset,
    ranked.settled_at,
    ranked.funding_rate,
    ranked.funding_interval_hours,
    markets.funding_interval_hours as listed_interval_hours,
    {{ has_assumed_terms('ranked.settled_at') }} as has_assumed_terms,
    ranked.known_mark_price as mark_price,
    ranked.fetched_at,
    ranked.month
from ranked
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('ranked.market_id', 'ranked.settled_at') }}
where {{ is_chosen('ranked.choice') }}
