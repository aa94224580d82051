"""An aggregator's open interest and funding of an asset over all venues: above zero and of its own scale.

Belongs here: the profile and the expectations of fct_asset_aggregates_daily; the subject is the asset. Does not: venues' figures, which an
aggregate is not held against, for a bad venue would take it along.
A verdict of its own keeps a broken aggregate out of leverage and regimes without holding back any venue.
"""

from expectations.profile_sql import USUAL
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import (
    MAX_AGGREGATE_FUNDING_RATE_8H,
    MAX_MEDIAN_FUNDING_RATE_8H,
    MAX_OPEN_INTEREST_JUMP,
    MAX_VENUE_OPEN_INTEREST_USD,
    MIN_HISTORY_DAYS,
    UNUSUAL_OPEN_INTEREST_JUMP,
)

# One conversion serves all assets, so their middle shows a wrong unit of funding on the day it begins, however quiet the single asset is.
PROFILE = f"""
with daily as (
    select asset as subject, source as series, date, aggregator_open_interest_usd as value, funding_rate_8h, coverage
    from facts.fct_asset_aggregates_daily
    where date >= $history_day and date < $end_day
),
{USUAL},

middles as (
    select date, percentile_disc(0.5) within group (order by abs(funding_rate_8h)) as funding_rate_8h
    from daily
    where funding_rate_8h is not null
    group by date
)

select
    daily.subject,
    daily.date,
    count(*) as rows,
    sum(case when daily.value is null then 1 else 0 end) as without_open_interest_rows,
    sum(case when daily.funding_rate_8h is null then 1 else 0 end) as without_funding_rows,
    sum(case when daily.value <= 0 then 1 else 0 end) as non_positive_open_interest_rows,
    max(daily.value) as open_interest_usd,
    max(abs(daily.funding_rate_8h)) as funding_rate_8h,
    max(case when usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0 then daily.value / usual.usual end) as jump,
    max(middles.funding_rate_8h) as median_funding_rate_8h
from daily
left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
left join middles on middles.date = daily.date
where daily.date >= $first_day
group by daily.subject, daily.date
"""

SUITE = Suite(
    fact="fct_asset_aggregates_daily",
    subject_column="asset",
    required_columns=("asset", "date", "source", "aggregator_open_interest_usd", "funding_rate_8h", "coverage"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("non_positive_open_interest_rows", "All venues together hold something of a traded asset."),
        no_warning_of("without_open_interest_rows", "The aggregator gave the day's funding and not what was open."),
        no_warning_of("without_funding_rows", "The aggregator gave what was open and not the day's funding."),
        Expectation(
            name="open_interest_is_possible",
            column="open_interest_usd",
            reason="One asset with more than the whole market ever had.",
            maximum=MAX_VENUE_OPEN_INTEREST_USD,
        ),
        Expectation(
            name="open_interest_jump_is_possible",
            column="jump",
            reason="Against its two-week median: coins taken for dollars, or another coin of the same name.",
            minimum=1 / MAX_OPEN_INTEREST_JUMP,
            maximum=MAX_OPEN_INTEREST_JUMP,
        ),
        Expectation(
            name="open_interest_jump_is_usual",
            column="jump",
            reason="A crash halves what is open; more is a listing, or a venue that came or went.",
            minimum=1 / UNUSUAL_OPEN_INTEREST_JUMP,
            maximum=UNUSUAL_OPEN_INTEREST_JUMP,
            severity="warning",
        ),
        Expectation(
            name="funding_is_possible",
            column="funding_rate_8h",
            reason="No asset's funding was ever so far from zero on all venues together.",
            maximum=MAX_AGGREGATE_FUNDING_RATE_8H,
        ),
        Expectation(
            name="median_funding_is_possible",
            column="median_funding_rate_8h",
            reason="The middle of all assets that day: percent taken for a fraction.",
            maximum=MAX_MEDIAN_FUNDING_RATE_8H,
        ),
    ),
)
