-- What does a token cost beside the fees behind it, and what does its holder earn a year?
select
    protocol,
    cast(market_cap_usd / 1e6 as bigint) as market_cap_musd,
    round(price_to_fees, 1) as price_to_fees,
    round(price_to_holders_revenue, 1) as price_to_holders_revenue,
    round(100 * holder_yield, 2) as yield_pct,
    round(fdv_to_market_cap, 2) as fdv_to_market_cap,
    round(100 * fees_growth_30d, 1) as fees_growth_pct,
    status
from mart_protocol_scorecard_daily
where date = (select max(date) from mart_protocol_scorecard_daily) and not is_part and market_cap_usd is not null
order by holder_yield desc nulls last, protocol
limit 10
