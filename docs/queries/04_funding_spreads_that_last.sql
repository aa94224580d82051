-- Where does a long on one venue and a short on another earn the most, after fees, with size on both legs?
select
    asset,
    long_venue,
    short_venue,
    round(100 * spread_apr, 2) as spread_pct_a_year,
    persistence_30d || ' of ' || days_30d as days_same_sign,
    round(thinner_leg_open_interest_usd / 1e6, 1) as thinner_leg_musd,
    round(breakeven_days, 1) as breakeven_days
from mart_funding_spreads_daily
where
    date = (select max(date) from mart_funding_spreads_daily)
    and spread_apr > 0
    and thinner_leg_open_interest_usd > 10e6
    and persistence_30d >= 15
order by breakeven_days nulls last, spread_apr desc
limit 10
