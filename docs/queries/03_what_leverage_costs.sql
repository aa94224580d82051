-- What does holding a long cost a year, asset by asset, and is it more than a month ago?
with newest as (
    select max(date) as date from mart_asset_daily
)

select
    asset,
    cast(open_interest_usd / 1e6 as bigint) as open_interest_musd,
    round(100 * funding_rate_apr, 2) as funding_pct_a_year,
    round(100 * avg(funding_rate_apr) over (partition by asset order by days.date rows between 29 preceding and current row), 2) as average_30d_pct,
    round(10000 * basis, 2) as basis_bps,
    round(100 * realised_volatility_7d, 1) as volatility_pct,
    funding_weight
from mart_asset_daily as days
qualify days.date = (select date from newest)
order by open_interest_usd desc nulls last
limit 10
