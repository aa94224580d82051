"""Hourly open interest of a venue's day: every hour against the middle hour of its market that day.

Belongs here: the profile and the expectations of fct_open_interest_hourly. Does not: completeness as a condition (many venues tell
only what is open now, so a day may rightly hold one hour); levels against other days and volume, which are the daily fact's.
"""

from expectations.profile_sql import utc_date
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import MATERIAL_OPEN_INTEREST_USD, MAX_MARKET_OPEN_INTEREST_JUMP, MIN_MARKET_OPEN_INTEREST_JUMP

PROFILE = f"""
with hours as (
    select venue as subject, market_id as series, {utc_date("opened_at")} as date, opened_at, observed_at,
        open_interest_base, open_interest_usd
    from facts.fct_open_interest_hourly
    where opened_at >= cast($first_day as timestamp with time zone) and opened_at < cast($end_day as timestamp with time zone)
),

middles as (
    select series, date, median(case when open_interest_base > 0 then open_interest_base end) as middle,
        median(open_interest_usd) as middle_usd
    from hours
    group by series, date
),

jumps as (
    select hours.*,
        case when middles.middle_usd >= {MATERIAL_OPEN_INTEREST_USD} and hours.open_interest_base > 0
            then hours.open_interest_base / middles.middle end as jump
    from hours
    inner join middles on middles.series = hours.series and middles.date = hours.date
)

select
    subject,
    date,
    count(*) as rows,
    sum(case when open_interest_base is null and open_interest_usd is null then 1 else 0 end) as null_rows,
    sum(case when open_interest_usd is null then 1 else 0 end) as unpriced_rows,
    sum(case when open_interest_base < 0 or open_interest_usd < 0 then 1 else 0 end) as negative_rows,
    sum(case when observed_at < opened_at or observed_at >= opened_at + interval '1' hour then 1 else 0 end) as misdated_rows,
    max(jump) as largest_jump,
    min(jump) as smallest_jump
from jumps
group by subject, date
"""

SUITE = Suite(
    fact="fct_open_interest_hourly",
    subject_column="venue",
    required_columns=("venue", "market_id", "opened_at", "observed_at", "open_interest_base", "open_interest_usd"),
    date_expression="cast(opened_at as date)",
    future_filter="opened_at > $now",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "An hour without a figure has no row."),
        no_warning_of("unpriced_rows", "Some hours have no dollar value (unknown contract size or price): they count nowhere."),
        none_of("negative_rows", "Open interest cannot be below zero."),
        none_of("misdated_rows", "A figure belongs to the hour in which it was observed."),
        Expectation(
            name="hours_do_not_leap",
            column="largest_jump",
            reason="An hour holds a hundred times the middle hour of its day: another unit, or another market's figure.",
            maximum=MAX_MARKET_OPEN_INTEREST_JUMP,
        ),
        Expectation(
            name="hours_do_not_vanish",
            column="smallest_jump",
            reason="An hour holds less than a hundredth of the middle hour of its day, and not nothing: another unit.",
            minimum=MIN_MARKET_OPEN_INTEREST_JUMP,
        ),
    ),
)
