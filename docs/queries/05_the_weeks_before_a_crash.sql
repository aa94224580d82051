-- What did leverage, funding and volatility look like around the worst day of BTC here?
with days as (
    select
        *,
        first_value(date) over (order by price_change_1d nulls last, date) as worst
    from mart_market_regime_daily
    where asset = 'BTC'
)

select
    date,
    round(100 * price_change_1d, 1) as price_change_pct,
    regime,
    round(100 * realised_volatility_7d, 1) as volatility_pct,
    round(100 * funding_rate_8h, 4) as funding_8h_pct,
    round(open_interest_usd / 1e9, 2) as open_interest_busd,
    round(100 * open_interest_change_1d, 1) as open_interest_change_pct,
    round(liquidations_usd / 1e6, 1) as liquidations_musd,
    liquidations_coverage
from days
where date between worst - 7 and worst + 3
order by date
