-- How often was a crowded, quiet market followed by a fall of ten percent, and how often was any day?
select
    asset,
    event,
    days_judged,
    events,
    events_followed,
    round(100 * share, 1) as followed_pct,
    round(100 * share_low, 1) as at_least_pct,
    round(100 * share_high, 1) as at_most_pct,
    round(100 * base_share, 1) as any_day_pct
from mart_regime_backtest
order by case when asset = 'all' then 0 else 1 end, days_judged desc, asset, event
limit 8
