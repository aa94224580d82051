"""Hourly liquidations of a venue's day: their shape, and no more than the whole market ever lost.

Belongs here: the profile and the expectations of fct_liquidations_hourly. Does not: how much a day may hold against its volume and open
interest, which the daily fact is judged by; these hours fall with it.
"""

from expectations.profile_sql import utc_date
from expectations.suite import Expectation, Suite, none_of
from expectations.thresholds import MAX_LIQUIDATED_USD

PROFILE = f"""
select
    venue as subject,
    {utc_date("opened_at")} as date,
    count(*) as rows,
    sum(case when liquidated_usd is null then 1 else 0 end) as null_rows,
    sum(case when liquidated_usd < 0 then 1 else 0 end) as negative_rows,
    sum(case when side in ('long', 'short', 'both') then 0 else 1 end) as sideless_rows,
    sum(liquidated_usd) as total_usd
from facts.fct_liquidations_hourly
where opened_at >= cast($first_day as timestamp with time zone) and opened_at < cast($end_day as timestamp with time zone)
group by venue, {utc_date("opened_at")}
"""

SUITE = Suite(
    fact="fct_liquidations_hourly",
    subject_column="venue",
    required_columns=("venue", "asset", "opened_at", "side", "liquidated_usd", "source", "coverage"),
    date_expression="cast(opened_at as date)",
    future_filter="opened_at > $now",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "An hour no source told of has no row; a row without a value is a broken one."),
        none_of("negative_rows", "What was closed by force cannot be below zero."),
        none_of("sideless_rows", "A position is long or short, or the source adds both up; another side is a broken conversion."),
        Expectation(
            name="liquidations_are_possible",
            column="total_usd",
            reason="Several times what the whole market has ever lost in a day: contracts or coins were taken for dollars.",
            maximum=MAX_LIQUIDATED_USD,
        ),
    ),
)
