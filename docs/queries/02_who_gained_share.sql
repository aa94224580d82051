-- Which venues won and lost share of volume over the last month?
with shares as (
    select
        venue,
        kind,
        avg(case when date > newest - 7 then volume_share end) as share_now,
        avg(case when date <= newest - 30 and date > newest - 37 then volume_share end) as share_then,
        avg(case when date > newest - 7 then turnover end) as turnover_now
    from mart_venue_share_daily
    cross join (select max(date) as newest from mart_venue_share_daily) as newest_day
    group by venue, kind
)

select
    venue,
    kind,
    round(100 * share_now, 2) as share_pct,
    round(100 * (share_now - share_then), 2) as change_points,
    round(turnover_now, 2) as turnover
from shares
where share_now is not null
order by abs(share_now - share_then) desc nulls last
limit 8
