{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

{%- set quiet_days = 7 %}

-- Days on which what a rule watches is at or beyond its thresholds (dim_alert_rules). A rule is a query of one mart, and a line of the union.
-- Odds count all of the past, so a touched month makes every later one again.
with crowded as (
    {{ alert_rule('funding_crowded', ['venues', 'funding_rate_apr', 'open_interest_usd']) }}
),

spread as (
    {{ alert_rule('spread_after_costs', ['net_apr', 'holding_days', 'persistence_30d', 'thinner_leg_open_interest_usd']) }}
),

premium as (
    {{ alert_rule('premium_off_peers', ['distance', 'venues', 'open_interest_usd']) }}
),

liquidations as (
    {{ alert_rule('liquidations_off_peers', ['times', 'venues', 'liquidations_usd']) }}
),

storms as (
    {{ alert_rule('storm_odds_doubled', ['times', 'days_behind']) }}
),

falling as (
    {{ alert_rule('cascade_under_way', ['fall', 'usual_days', 'usual_hours', 'open_interest_fall']) }}
),

figures as (
    select
        venue,
        asset,
        date,
        funding_rate_apr,
        premium,
        open_interest_usd,
        liquidations_usd,
        case when open_interest_usd > 0 then liquidations_usd / open_interest_usd end as liquidated_share
    from {{ ref('mart_venue_asset_daily') }}
    where {{ in_touched_days(days_before=quiet_days) }}
),

-- One side pays much at several venues at once.
crowded_venues as (
    select
        figures.*,
        crowded.*,
        case when figures.funding_rate_apr > 0 then 'longs_pay' else 'shorts_pay' end as direction
    from figures
    inner join crowded
        on {{ in_force('crowded', 'figures.date') }}
    where abs(figures.funding_rate_apr) >= crowded.funding_rate_apr_threshold
),

funding_crowded as (
    select
        'funding_crowded' as rule,
        asset,
        'several' as venue,
        direction,
        date,
        cast(count(*) as double) as value,
        max(venues_threshold) as threshold,
        {{ sorted_list("venue || ' ' || " ~ as_text('100 * funding_rate_apr', 1) ~ " || ' % a year'") }} as details
    from crowded_venues
    group by asset, direction, date
    having count(*) >= max(venues_threshold) and {{ exact_sum('open_interest_usd') }} >= max(open_interest_usd_threshold)
),

-- The pair that leaves most when its costs are spread over the days it is held.
pairs as (
    select
        pairs.*,
        spread.*,
        pairs.spread_apr - pairs.round_trip_cost_bps / 10000 * 365 / spread.holding_days_threshold as net_apr
    from {{ ref('mart_funding_spreads_daily') }} as pairs
    inner join spread
        on {{ in_force('spread', 'pairs.date') }}
    where
        {{ in_touched_days(days_before=quiet_days, column='pairs.date') }}
        and pairs.spread_apr >= spread.net_apr_threshold
        and pairs.persistence_30d >= spread.persistence_30d_threshold
        and pairs.thinner_leg_open_interest_usd >= spread.thinner_leg_open_interest_usd_threshold
),

best_pairs as (
    select *, row_number() over (partition by asset, date order by net_apr desc, long_venue, short_venue) as place
    from pairs
    where net_apr >= net_apr_threshold
),

spread_after_costs as (
    select
        'spread_after_costs' as rule,
        asset,
        'several' as venue,
        'earns' as direction,
        date,
        net_apr as value,
        net_apr_threshold as threshold,
        'long ' || long_venue || ', short ' || short_venue || ': ' || {{ as_text('100 * spread_apr', 1) }} || ' % a year before costs of '
            || {{ as_text('round_trip_cost_bps', 1) }} || ' bps; on ' || {{ as_text('persistence_30d') }} || ' of '
            || {{ as_text('days_30d') }} || ' days; thinner leg ' || {{ as_text('thinner_leg_open_interest_usd / 1000000', 1) }} || ' M USD' as details
    from best_pairs
    where place = 1
),

-- What the venues of a coin have in the middle, and how many tell.
middles as (
    select
        asset,
        date,
        median(premium) as premium_median,
        count(premium) as premium_venues,
        median(liquidated_share) as liquidated_share_median,
        count(liquidated_share) as liquidations_venues
    from figures
    group by asset, date
),

premium_off_peers as (
    select
        'premium_off_peers' as rule,
        figures.asset,
        figures.venue,
        case when figures.premium > middles.premium_median then 'above' else 'below' end as direction,
        figures.date,
        figures.premium - middles.premium_median as value,
        premium.distance_threshold as threshold,
        {{ as_text('10000 * figures.premium', 1) }} || ' bps; median of ' || {{ as_text('middles.premium_venues') }} || ' venues '
            || {{ as_text('10000 * middles.premium_median', 1) }} || ' bps' as details
    from figures
    inner join middles
        on figures.asset = middles.asset and figures.date = middles.date
    inner join premium
        on {{ in_force('premium', 'figures.date') }}
    where
        abs(figures.premium - middles.premium_median) >= premium.distance_threshold
        and middles.premium_venues >= premium.venues_threshold
        and figures.open_interest_usd >= premium.open_interest_usd_threshold
),

liquidations_off_peers as (
    select
        'liquidations_off_peers' as rule,
        figures.asset,
        figures.venue,
        'above' as direction,
        figures.date,
        figures.liquidated_share / middles.liquidated_share_median as value,
        liquidations.times_threshold as threshold,
        {{ as_text('100 * figures.liquidated_share', 2) }} || ' % of its open interest (' || {{ as_text('figures.liquidations_usd / 1000000', 1) }}
            || ' M USD); median of ' || {{ as_text('middles.liquidations_venues') }} || ' venues '
            || {{ as_text('100 * middles.liquidated_share_median', 2) }} || ' %' as details
    from figures
    inner join middles
        on figures.asset = middles.asset and figures.date = middles.date
    inner join liquidations
        on {{ in_force('liquidations', 'figures.date') }}
    where
        middles.liquidated_share_median > 0
        and figures.liquidated_share / middles.liquidated_share_median >= liquidations.times_threshold
        and middles.liquidations_venues >= liquidations.venues_threshold
        and figures.liquidations_usd >= liquidations.liquidations_usd_threshold
),

-- More of the coin's past days in this state were followed by a storm than of all its days.
storm_odds_doubled as (
    select
        'storm_odds_doubled' as rule,
        odds.asset,
        'several' as venue,
        odds.state as direction,
        odds.date,
        odds.odds / odds.base_rate as value,
        storms.times_threshold as threshold,
        'a storm after ' || {{ as_text('100 * odds.odds', 1) }} || ' % of ' || {{ as_text('odds.days_behind') }} || ' such days (95 %: '
            || {{ as_text('100 * odds.low', 1) }} || ' to ' || {{ as_text('100 * odds.high', 1) }} || ' %); after '
            || {{ as_text('100 * odds.base_rate', 1) }} || ' % of all ' || {{ as_text('odds.base_days_behind') }} || ' days' as details
    from {{ ref('mart_storm_odds_daily') }} as odds
    inner join storms
        on {{ in_force('storms', 'odds.date') }}
    where
        {{ in_touched_days(days_before=quiet_days, column='odds.date') }}
        and odds.state = 'elevated'
        and odds.base_rate > 0
        and odds.odds / odds.base_rate >= storms.times_threshold
        and odds.days_behind >= storms.days_behind_threshold
),

-- A fall is measured against 28 days before it.
{{ hours_with_falls(days_before=quiet_days + 28) }},

stocked as (
    select
        *,
        cast(opened_at as date) as date,
        exp({{ exact_sum('open_interest_step', 18, ' over of_day') }}) - 1 as open_interest_change,
        count(open_interest_step) over of_day as hours_with_open_interest,
        count(*) over of_day as hours_of_day
    from (
        select *, case when open_interest_change_1h > -1 then ln(1 + open_interest_change_1h) end as open_interest_step
        from measured
    ) as stepped
    window of_day as (partition by asset order by opened_at range between interval '23' hour preceding and current row)
),

-- A cascade lasts until a day has passed without such an hour: after one on this day it is under way when the day ends.
falls as (
    select
        stocked.*,
        greatest(falling.fall_threshold, falling.usual_days_threshold * stocked.usual_day) as threshold,
        row_number() over (partition by stocked.asset, stocked.date order by stocked.fall, stocked.opened_at) as place
    from stocked
    inner join falling
        on {{ in_force('falling', 'stocked.date') }}
    where
        {{ in_touched_days(days_before=quiet_days, column='stocked.date') }}
        and stocked.usual_hours >= falling.usual_hours_threshold
        and stocked.fall <= -greatest(falling.fall_threshold, falling.usual_days_threshold * stocked.usual_day)
        and (
            2 * stocked.hours_with_open_interest < stocked.hours_of_day
            or stocked.open_interest_change <= -falling.open_interest_fall_threshold
        )
),

cascade_under_way as (
    select
        'cascade_under_way' as rule,
        asset,
        'several' as venue,
        'falls' as direction,
        date,
        fall as value,
        threshold,
        'lowest in the hour of ' || {{ as_text('extract(hour from opened_at)') }} || ':00 UTC; a usual day is '
            || {{ as_text('100 * usual_day', 1) }} || ' %; open interest in 24 h: ' || {{ signed_percent('open_interest_change') }} || ' ('
            || {{ as_text('hours_with_open_interest') }} || ' of ' || {{ as_text('hours_of_day') }} || ' hours known)' as details
    from falls
    where place = 1
),

held as (
    select * from funding_crowded
    union all
    select * from spread_after_costs
    union all
    select * from premium_off_peers
    union all
    select * from liquidations_off_peers
    union all
    select * from storm_odds_doubled
    union all
    select * from cascade_under_way
),

followed as (
    select *, lag(date) over (partition by rule, asset, venue, direction order by date) as held_before
    from held
)

select
    rule,
    asset,
    venue,
    direction,
    date,
    value,
    threshold,
    details,
    held_before is null or held_before < cast({{ dbt.dateadd('day', -quiet_days, 'date') }} as date) as is_start,
    {{ month_of('date') }} as month
from followed
where {{ in_touched_days() }}
