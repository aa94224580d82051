-- One closed candle per market and hour: where the archive and REST both have it, the archive's counts.
with candles as (
    {{ union_sources('candles') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, opened_at
            order by source_priority, fetched_at desc
        ) as choice
    from candles
)

select
    ranked.source,
    ranked.venue,
    ranked.symbol,
    ranked.market_id,
    coalesce(markets.asset, ranked.symbol) as asset,
    ranked.opened_at,
    ranked.open,
    ranked.high,
    ranked.low,
    ranked.close,
    -- 1000PEPE counts thousands: base volume in units of the canonical asset, prices as the market quotes them
    ranked.volume_base * coalesce(markets.asset_multiplier, 1) as volume_base,
    ranked.volume_quote,
    ranked.volume_usd,
    ranked.trades,
    ranked.fetched_at,
    ranked.month
from ranked
left join {{ ref('int_markets') }} as markets
    on {{ resolved_market('ranked.market_id', 'ranked.opened_at') }}
where ranked.choice = 1
