{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 2, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- What is earned by being long an asset on one venue and short on another: every ordered pair of venues whose funding and open interest
-- of that day passed the gate. A pair is worked out once and mirrored, so that both directions agree to the last digit.
with markets as (
    select * from {{ markets_by_day() }} as markets
    where underlying_class = 'crypto' and product = 'perpetual'
),

-- What a long paid over the day, per hour of the intervals it paid for.
funding as (
    select
        facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date) as date,
        {{ exact_sum('facts.funding_rate', 18) }} / sum(facts.funding_interval_hours) as funding_rate_hourly
    from {{ gated('fct_funding_rates', days_before=29) }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.settled_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date)
),

weighted as (
    select
        funding.asset,
        funding.venue,
        funding.date,
        {{ exact_sum('open_interest.open_interest_usd') }} as open_interest_usd,
        {{ weighted_mean('funding.funding_rate_hourly', 'open_interest.open_interest_usd') }} as funding_by_open_interest,
        {{ weighted_mean('funding.funding_rate_hourly', 'volume.volume_usd') }} as funding_by_volume,
        {{ exact_sum('case when open_interest.open_interest_usd > 0 then volume.volume_usd end') }} as volume_with_open_interest_usd,
        {{ exact_sum('volume.volume_usd') }} as volume_usd
    from funding
    left join {{ gated('fct_open_interest_daily', days_before=29) }} as open_interest
        on funding.market_id = open_interest.market_id and funding.date = open_interest.date
    left join {{ gated('fct_volume_daily', days_before=29) }} as volume
        on funding.market_id = volume.market_id and funding.date = volume.date
    group by funding.asset, funding.venue, funding.date
),

-- A leg whose size nobody knows is no leg.
legs as (
    select
        asset,
        venue,
        date,
        open_interest_usd,
        24 * 365 * case when {{ funding_weight() }} = 'open_interest' then funding_by_open_interest else funding_by_volume end as funding_apr
    from weighted
    where open_interest_usd > 0
),

pairs as (
    select
        one.asset,
        one.date,
        one.venue as one_venue,
        other.venue as other_venue,
        one.funding_apr as one_apr,
        other.funding_apr as other_apr,
        other.funding_apr - one.funding_apr as spread_apr,
        least(one.open_interest_usd, other.open_interest_usd) as thinner_leg_open_interest_usd,
        2 * (one_fee.taker_fee_bps + other_fee.taker_fee_bps) as round_trip_cost_bps
    from legs as one
    inner join legs as other
        on one.asset = other.asset and one.date = other.date and one.venue < other.venue
    left join {{ ref('dim_venue_taker_fees') }} as one_fee
        on one.venue = one_fee.venue and one.date >= one_fee.valid_from and one.date < coalesce(one_fee.valid_to, date '9999-12-31')
    left join {{ ref('dim_venue_taker_fees') }} as other_fee
        on other.venue = other_fee.venue and other.date >= other_fee.valid_from and other.date < coalesce(other_fee.valid_to, date '9999-12-31')
),

-- Signs of the last 30 days, this one included: a pair and its mirror have as many days of one sign.
lasting as (
    select
        *,
        {{ trailing('sum', 'sign(spread_apr)', 'asset, one_venue, other_venue', 'date', 30) }} as signs_30d,
        {{ trailing('sum', 'abs(sign(spread_apr))', 'asset, one_venue, other_venue', 'date', 30) }} as not_zero_30d,
        {{ trailing('count', '*', 'asset, one_venue, other_venue', 'date', 30) }} as days_30d
    from pairs
),

directed as (
    select
        asset, date, one_venue as long_venue, other_venue as short_venue, one_apr as long_funding_apr, other_apr as short_funding_apr,
        spread_apr, signs_30d, not_zero_30d, days_30d, thinner_leg_open_interest_usd, round_trip_cost_bps
    from lasting
    where {{ in_touched_days() }}
    union all
    select
        asset, date, other_venue, one_venue, other_apr, one_apr,
        -spread_apr, -signs_30d, not_zero_30d, days_30d, thinner_leg_open_interest_usd, round_trip_cost_bps
    from lasting
    where {{ in_touched_days() }}
)

select
    asset,
    long_venue,
    short_venue,
    date,
    long_funding_apr,
    short_funding_apr,
    spread_apr,
    -- of n days that are not zero, p positive and p − n negative ones add up to 2p − n
    cast(case
        when spread_apr = 0 then days_30d - not_zero_30d
        else (not_zero_30d + sign(spread_apr) * signs_30d) / 2
    end as integer) as persistence_30d,
    cast(days_30d as integer) as days_30d,
    thinner_leg_open_interest_usd,
    round_trip_cost_bps,
    case when spread_apr > 0 then round_trip_cost_bps / 10000 / (spread_apr / 365) end as breakeven_days,
    {{ month_of('date') }} as month
from directed
