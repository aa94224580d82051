-- What does BTC trade, hold and pay at each venue, how far is it from its index there, and what did the venue not give?
select
    venue,
    round(volume_usd / 1e6) as volume_musd,
    round(open_interest_usd / 1e6) as open_interest_musd,
    round(100 * funding_rate_apr, 1) as funding_pct_a_year,
    round(10000 * premium, 2) as premium_bps,
    markets,
    volume_status,
    open_interest_status,
    funding_status
from mart_venue_asset_daily
where asset = 'BTC' and date = (select max(date) from mart_venue_asset_daily)
order by open_interest_usd desc nulls last
limit 12
