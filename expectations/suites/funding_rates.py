"""Funding rates of a venue-day: settlements due and paid, rates within the caps, the same scale as elsewhere.

Belongs here: the profile and the expectations of fct_funding_rates. Does not: conversion between intervals (dbt).
"""

from expectations.profile_sql import HALTED, MISSING, USUAL, utc_date, utc_hours
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import (
    EXPECTED_WITHIN_DAYS,
    FUNDING_PEER_FLOOR_8H,
    FUNDING_SCALE_FLOOR_8H,
    MAX_FUNDING_INTERVAL_HOURS,
    MAX_FUNDING_RATE,
    MAX_FUNDING_SCALE,
    MAX_MEDIAN_FUNDING_RATE_8H,
    MAX_MISSING_SHARE,
    MAX_STOPPING_MARKET_SHARE,
    MIN_FUNDING_COVERAGE,
    MIN_MARKETS_FOR_MEDIAN,
    UNUSUAL_FUNDING_RATE,
)

# A settlement is missing where the gap to the one before exceeds its own interval, or the rest of the day exceeds the last one's:
# intervals change within a day (SOL, 2022-11-09 and -18), so counting rows or summing intervals would be wrong. The gap before a
# market's first settlement ever is not judged, nor the rest of the day of a minor market that stops (delisting). Settlements less than
# an hour apart make up for what came late (dYdX paid eight within eight seconds); hours in which the venue could not trade are not due.
# `value` is the market's volume that day: the weight of a market's settlements is the volume they apply to.
PROFILE = f"""
with settlements as (
    select
        venue as subject, market_id as series, asset, {utc_date("settled_at")} as date,
        funding_rate, funding_rate_8h, funding_interval_hours,
        {utc_hours("settled_at")} as hour_of_day,
        (extract(epoch from settled_at) - extract(epoch from lag(settled_at) over (partition by market_id order by settled_at)))
            / 3600.0 as hours_since_last,
        lead(settled_at) over (partition by market_id order by settled_at) as next_settled_at
    from facts.fct_funding_rates
    where settled_at >= cast($history_day as timestamp with time zone) and settled_at < cast($end_day as timestamp with time zone)
),

volumes as (
    select market_id, date, volume_usd
    from facts.fct_volume_daily
    where date >= $history_day and date < $end_day
),

lasting as (
    select *, coalesce({utc_date("next_settled_at")} > date, true) as is_last
    from settlements
),

market_days as (
    select
        subject, series, asset, date,
        count(*) as settlements,
        sum(case when funding_rate is null or funding_interval_hours is null or funding_rate_8h is null then 1 else 0 end) as null_rows,
        sum(case when funding_interval_hours <= 0 or funding_interval_hours > {MAX_FUNDING_INTERVAL_HOURS}
            then 1 else 0 end) as odd_interval_rows,
        max(abs(funding_rate)) as largest_rate,
        avg(abs(funding_rate_8h)) as mean_rate_8h,
        sum(case when hours_since_last <= {EXPECTED_WITHIN_DAYS * 24}
            then greatest(0, least(hour_of_day, hours_since_last - funding_interval_hours)) else 0 end) as hours_missing_before,
        sum(case when hours_since_last < 1 then funding_interval_hours - hours_since_last else 0 end) as hours_made_up,
        max(hour_of_day) as last_hour,
        max(case when is_last then greatest(0, 24 - hour_of_day - funding_interval_hours) end) as hours_missing_after
    from lasting
    group by subject, series, asset, date
),

daily as (
    select market_days.*, coalesce(volumes.volume_usd, 0) + 1 as value
    from market_days
    left join volumes on volumes.market_id = market_days.series and volumes.date = market_days.date
),
{USUAL},
{MISSING},
{HALTED},

halts as (
    select subject, date, sum(halted_hours) as hours
    from halted
    group by subject, date
),

weighted as (
    select daily.*,
        greatest(coalesce(usual.usual, daily.value), 1) as weight,
        max(daily.last_hour) over (partition by daily.subject, daily.date) as venue_last_hour
    from daily
    left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where daily.date >= $first_day
),

covered as (
    select weighted.*,
        greatest(0, hours_missing_before + case when last_hour < venue_last_hour
            and weight <= {MAX_STOPPING_MARKET_SHARE} * sum(weight) over (partition by weighted.subject, weighted.date) then 0
            else coalesce(hours_missing_after, 0) end - hours_made_up - coalesce(halts.hours, 0)) as hours_missing
    from weighted
    left join halts on halts.subject = weighted.subject and halts.date = weighted.date
),

assets as (
    select subject, asset, date, avg(mean_rate_8h) as rate
    from daily
    where date >= $first_day
    group by subject, asset, date
),

peer_rates as (
    select assets.subject, assets.asset, assets.date, avg(assets.rate) as rate, median(others.rate) as peer_rate
    from assets
    inner join assets as others on others.asset = assets.asset and others.date = assets.date and others.subject <> assets.subject
    group by assets.subject, assets.asset, assets.date
),

scales as (
    select subject, date,
        case when avg(rate) > {FUNDING_SCALE_FLOOR_8H}
            then sum(rate) / sum(greatest(peer_rate, {FUNDING_PEER_FLOOR_8H})) end as scale_against_peers
    from peer_rates
    group by subject, date
)

select
    covered.subject,
    covered.date,
    sum(covered.settlements) as rows,
    count(*) as markets,
    max(missing.series_expected) as markets_expected,
    max(missing.series_missing) as markets_missing,
    max(missing.missing_share) as missing_share,
    1 - sum(covered.weight * least(covered.hours_missing, 24)) / 24 / sum(covered.weight) as coverage,
    sum(covered.hours_missing) as hours_missing,
    sum(covered.null_rows) as null_rows,
    sum(covered.odd_interval_rows) as odd_interval_rows,
    max(covered.largest_rate) as largest_rate,
    case when count(*) >= {MIN_MARKETS_FOR_MEDIAN} then median(covered.mean_rate_8h) end as median_rate_8h,
    max(scales.scale_against_peers) as scale_against_peers
from covered
left join missing on missing.subject = covered.subject and missing.date = covered.date
left join scales on scales.subject = covered.subject and scales.date = covered.date
group by covered.subject, covered.date
"""

SUITE = Suite(
    fact="fct_funding_rates",
    subject_column="venue",
    required_columns=("venue", "market_id", "asset", "settled_at", "funding_rate", "funding_rate_8h", "funding_interval_hours"),
    date_expression="cast(settled_at as date)",
    future_filter="settled_at > $now + interval '5' minute",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A settlement without a rate or an interval cannot be compared with any other."),
        none_of("odd_interval_rows", "Funding settles every 1 to 24 hours."),
        Expectation(
            name="settlements_are_complete",
            column="coverage",
            reason="Too many settlements that were due are absent, weighted by the volume of their markets.",
            minimum=MIN_FUNDING_COVERAGE,
        ),
        no_warning_of("hours_missing", "Single settlements that were due are absent."),
        Expectation(
            name="markets_are_complete",
            column="missing_share",
            reason="Markets that made more than this share of the usual volume settled nothing.",
            maximum=MAX_MISSING_SHARE,
        ),
        no_warning_of("markets_missing", "Markets that settled in the last week did not today: delisted, or a hole."),
        Expectation(
            name="rates_are_possible",
            column="largest_rate",
            reason="No venue lets a single settlement cost this much; a percentage was taken for a fraction.",
            maximum=MAX_FUNDING_RATE,
        ),
        Expectation(
            name="rates_are_usual",
            column="largest_rate",
            reason="Above the highest cap that a venue publishes.",
            maximum=UNUSUAL_FUNDING_RATE,
            severity="warning",
        ),
        Expectation(
            name="median_rate_is_possible",
            column="median_rate_8h",
            reason="Half of ten or more markets do not pay this much at once; a percentage was taken for a fraction.",
            maximum=MAX_MEDIAN_FUNDING_RATE_8H,
        ),
        Expectation(
            name="scale_fits_other_venues",
            column="scale_against_peers",
            reason="The same assets cost a fraction of this elsewhere that day: a percentage or an annual rate.",
            maximum=MAX_FUNDING_SCALE,
        ),
    ),
)
