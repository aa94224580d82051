-- What did leverage, funding and volatility look like before the worst day of BTC here?
with worst as (
    select asset, date
    from mart_asset_daily
    where asset = 'BTC'
    order by close / lag(close) over (partition by asset order by date) nulls last
    limit 1
)

select
    days.date,
    cast(assets.close as bigint) as close_usd,
    days.regime,
    round(100 * days.realised_volatility_7d, 1) as volatility_pct,
    round(100 * days.funding_rate_8h, 4) as funding_8h_pct,
    round(days.open_interest_usd / 1e9, 2) as open_interest_busd,
    round(100 * days.open_interest_change_1d, 1) as change_pct,
    round(days.liquidations_usd / 1e6, 1) as liquidations_musd,
    days.liquidations_coverage
from mart_market_regime_daily as days
inner join worst on days.asset = worst.asset
inner join mart_asset_daily as assets on days.asset = assets.asset and days.date = assets.date
where days.date between worst.date - 7 and worst.date + 3
order by days.date
