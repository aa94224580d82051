-- One closed candle per spot pair and hour; market_id and asset are those of the venue's perpetual of the same name.
with candles as (
    {{ union_sources('spot_candles') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, venue, symbol, opened_at
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
