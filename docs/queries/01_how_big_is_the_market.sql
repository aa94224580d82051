-- How big is the market, who holds it, and how much of it do we see?
select
    date,
    round(volume_usd / 1e9, 1) as volume_busd,
    round(volume_usd_30d_avg / 1e9, 1) as average_30d_busd,
    round(open_interest_usd / 1e9, 1) as open_interest_busd,
    round(100 * dex_volume_share, 1) as dex_pct,
    top1_venue,
    round(100 * top3_volume_share, 1) as top3_pct,
    round(volume_hhi, 3) as hhi,
    round(100 * open_interest_usd_change_1d, 1) as open_interest_same_venues_pct,
    volume_venues_reported || ' of ' || volume_venues_expected as volume_of,
    open_interest_venues_reported || ' of ' || open_interest_venues_expected as open_interest_of
from mart_market_overview_daily
order by date desc
limit 7
