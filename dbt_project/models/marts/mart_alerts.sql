-- Alerts, each with what followed the earlier ones of its kind, as it was known on its day.
with alerts as (
    select * from {{ ref('mart_alert_days') }}
    where is_start
),

days as (
    select asset, date, close, realised_volatility_7d
    from {{ ref('mart_asset_daily') }}
    where close > 0
),

-- What a week after each day was like, and the first day on which that was known.
weeks as (
    select
        days.asset,
        days.date,
        later.date as known_on,
        later.close / days.close - 1 as price_move,
        later.realised_volatility_7d as volatility_after,
        later.realised_volatility_7d > days.realised_volatility_7d as has_volatility_risen
    from days
    inner join days as later
        on days.asset = later.asset and later.date = cast({{ dbt.dateadd('day', 7, 'days.date') }} as date)
),

earlier_alerts as (
    select
        alerts.rule,
        alerts.asset,
        alerts.venue,
        alerts.direction,
        alerts.date,
        count(earlier.date) as alerts_earlier,
        count(weeks.price_move) as alerts_known,
        median(weeks.price_move) as price_move_7d_median,
        count(case when weeks.price_move > 0 then 1 end) as alerts_price_rose,
        median(weeks.volatility_after) as volatility_7d_median,
        count(case when weeks.has_volatility_risen then 1 end) as alerts_volatility_rose
    from alerts
    left join alerts as earlier
        on
            alerts.rule = earlier.rule and alerts.asset = earlier.asset and alerts.venue = earlier.venue
            and alerts.direction = earlier.direction and earlier.date < alerts.date
    left join weeks
        on earlier.asset = weeks.asset and earlier.date = weeks.date and weeks.known_on <= alerts.date
    group by alerts.rule, alerts.asset, alerts.venue, alerts.direction, alerts.date
),

-- The same of every day of the coin, which is what an alert has to beat.
all_days as (
    select
        asked.asset,
        asked.date,
        count(weeks.price_move) as days_known,
        count(case when weeks.price_move > 0 then 1 end) as days_price_rose,
        count(case when weeks.has_volatility_risen then 1 end) as days_volatility_rose
    from (select distinct asset, date from alerts) as asked
    left join weeks
        on asked.asset = weeks.asset and weeks.known_on <= asked.date
    group by asked.asset, asked.date
)

select
    alerts.rule,
    alerts.asset,
    alerts.venue,
    alerts.direction,
    alerts.date,
    alerts.value,
    alerts.threshold,
    alerts.details,
    today.close,
    today.realised_volatility_7d,
    cast(earlier_alerts.alerts_earlier as integer) as alerts_earlier,
    cast(earlier_alerts.alerts_known as integer) as alerts_known,
    earlier_alerts.price_move_7d_median,
    cast(earlier_alerts.alerts_price_rose as integer) as alerts_price_rose,
    earlier_alerts.volatility_7d_median,
    cast(earlier_alerts.alerts_volatility_rose as integer) as alerts_volatility_rose,
    cast(all_days.days_known as integer) as days_known,
    cast(all_days.days_price_rose as integer) as days_price_rose,
    cast(all_days.days_volatility_rose as integer) as days_volatility_rose,
    alerts.month
from alerts
inner join earlier_alerts
    on
        alerts.rule = earlier_alerts.rule and alerts.asset = earlier_alerts.asset and alerts.venue = earlier_alerts.venue
        and alerts.direction = earlier_alerts.direction and alerts.date = earlier_alerts.date
inner join all_days
    on alerts.asset = all_days.asset and alerts.date = all_days.date
left join days as today
    on alerts.asset = today.asset and alerts.date = today.date
