-- How large is open interest beside a coin's market cap, how did it grow where markets were there before, and what do longs pay for it?
select
    leverage.asset,
    round(leverage.market_cap_usd / 1e9, 1) as market_cap_busd,
    round(leverage.open_interest_usd / 1e9, 2) as open_interest_busd,
    round(100 * leverage.leverage, 2) as leverage_rank,
    round(100 * leverage.open_interest_change_1d, 1) as open_interest_same_markets_pct,
    round(100 * days.funding_rate_apr, 1) as funding_pct_a_year
from mart_leverage_daily as leverage
inner join mart_asset_daily as days on leverage.asset = days.asset and leverage.date = days.date
where leverage.date = (select max(date) from mart_leverage_daily)
order by leverage.leverage desc nulls last
limit 12
