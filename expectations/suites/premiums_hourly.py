"""Hourly premiums of a venue-day: prices above zero, premiums of a possible size.

Belongs here: the profile and the expectations of fct_premiums_hourly. Does not: completeness as a condition — venues without a
history are sampled from the first run on, so a day may rightly hold one hour; that is shown, not failed.
"""

from expectations.profile_sql import MISSING, USUAL, utc_date
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import EXTREME_PREMIUM, MAX_EXTREME_PREMIUM_SHARE, MAX_MEDIAN_PREMIUM, UNUSUAL_MEDIAN_PREMIUM

PROFILE = f"""
with observations as (
    select venue as subject, market_id as series, {utc_date("observed_at")} as date, premium, mark_price, index_price
    from facts.fct_premiums_hourly
    where observed_at >= cast($history_day as timestamp with time zone) and observed_at < cast($end_day as timestamp with time zone)
),

daily as (
    select subject, series, date, count(*) as value
    from observations
    group by subject, series, date
),
{USUAL},
{MISSING}

select
    observations.subject,
    observations.date,
    count(*) as rows,
    max(missing.series_missing) as markets_missing,
    sum(case when observations.premium is null then 1 else 0 end) as null_rows,
    sum(case when observations.mark_price <= 0 or observations.index_price <= 0 then 1 else 0 end) as non_positive_price_rows,
    sum(case when abs(observations.premium) > {EXTREME_PREMIUM} then 1 else 0 end) as extreme_rows,
    avg(case when abs(observations.premium) > {EXTREME_PREMIUM} then 1.0 else 0.0 end) as extreme_share,
    median(abs(observations.premium)) as median_premium
from observations
left join missing on missing.subject = observations.subject and missing.date = observations.date
where observations.date >= $first_day
group by observations.subject, observations.date
"""

SUITE = Suite(
    fact="fct_premiums_hourly",
    subject_column="venue",
    required_columns=("venue", "market_id", "observed_at", "premium", "mark_price", "index_price"),
    date_expression="cast(observed_at as date)",
    future_filter="observed_at > $now",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "An hour without a premium has no row."),
        none_of("non_positive_price_rows", "Mark and index prices are above zero."),
        Expectation(
            name="premiums_are_possible",
            column="extreme_share",
            reason="Mark and index stand far apart in too many hours: two different contracts, or a wrong multiplier.",
            maximum=MAX_EXTREME_PREMIUM_SHARE,
        ),
        no_warning_of("extreme_rows", "Single hours of a market stand far from its index."),
        Expectation(
            name="median_premium_is_possible",
            column="median_premium",
            reason="The middle premium of the day is out of reach: a percentage was taken for a fraction.",
            maximum=MAX_MEDIAN_PREMIUM,
        ),
        Expectation(
            name="median_premium_is_usual",
            column="median_premium",
            reason="The venue as a whole stands far from its indices: real stress, or a percentage taken for a fraction.",
            maximum=UNUSUAL_MEDIAN_PREMIUM,
            severity="warning",
        ),
        no_warning_of("markets_missing", "Markets observed in the last week were not today."),
    ),
)
