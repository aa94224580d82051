{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 2, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

{%- set quiet_days = 7 %}

-- Days on which what a rule watches is at or beyond its thresholds (dim_alert_rules). A rule is a query of one mart, and a line of the union.
-- A spread of today counts for 29 days (persistence_30d), a day that holds for 7 more: both lie within two months.
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

held as (
    select * from funding_crowded
    union all
    select * from spread_after_costs
    union all
    select * from premium_off_peers
    union all
    select * from liquidations_off_peers
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
