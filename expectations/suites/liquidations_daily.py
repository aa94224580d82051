"""Daily liquidations of a venue: against the volume and the open interest they are part of, never against other days.

Belongs here: the profile and the expectations of fct_liquidations_daily. Does not: jumps. A deleveraging is a hundred times the day
before, and true; what it cannot be is more than was traded.
"""

from expectations.suite import Expectation, Suite, none_of
from expectations.thresholds import (
    MATERIAL_LIQUIDATED_USD,
    MAX_LIQUIDATED_TO_OPEN_INTEREST,
    MAX_LIQUIDATED_TO_VOLUME,
    MAX_LIQUIDATED_USD,
    UNUSUAL_LIQUIDATED_TO_VOLUME,
)

# Like for like: only assets with both figures that day. What was open is the larger of this day's end and the day before's, for a
# liquidation takes from what stood before it. An aggregator's total has no volume of its own: its ratios are not evaluated.
PROFILE = f"""
with daily as (
    select venue as subject, asset as series, date, sum(liquidated_usd) as value, count(*) as rows,
        sum(case when liquidated_usd is null then 1 else 0 end) as null_rows,
        sum(case when liquidated_usd < 0 then 1 else 0 end) as negative_rows,
        sum(case when side in ('long', 'short', 'both') then 0 else 1 end) as sideless_rows
    from facts.fct_liquidations_daily
    where date >= $first_day and date < $end_day
    group by venue, asset, date
),

volumes as (
    select venue as subject, asset as series, date, sum(volume_usd) as volume_usd
    from facts.fct_volume_daily
    where date >= $first_day and date < $end_day and volume_usd is not null
    group by venue, asset, date
),

stocks as (
    select venue as subject, asset as series, date, sum(open_interest_usd) as open_interest_usd
    from facts.fct_open_interest_daily
    where date >= $history_day and date < $end_day and open_interest_usd is not null
    group by venue, asset, date
),

stood as (
    select daily.subject, daily.series, daily.date, max(stocks.open_interest_usd) as open_interest_usd
    from daily
    inner join stocks on stocks.subject = daily.subject and stocks.series = daily.series
        and stocks.date between daily.date - 1 and daily.date
    group by daily.subject, daily.series, daily.date
),

ratios as (
    select daily.subject, daily.date,
        sum(case when volumes.volume_usd is not null then daily.value end) / nullif(sum(volumes.volume_usd), 0) as to_volume,
        sum(case when stood.open_interest_usd is not null then daily.value end)
            / nullif(sum(stood.open_interest_usd), 0) as to_open_interest
    from daily
    left join volumes on volumes.subject = daily.subject and volumes.series = daily.series and volumes.date = daily.date
    left join stood on stood.subject = daily.subject and stood.series = daily.series and stood.date = daily.date
    group by daily.subject, daily.date
    having sum(daily.value) >= {MATERIAL_LIQUIDATED_USD}
)

select
    daily.subject,
    daily.date,
    sum(daily.rows) as rows,
    sum(daily.null_rows) as null_rows,
    sum(daily.negative_rows) as negative_rows,
    sum(daily.sideless_rows) as sideless_rows,
    sum(daily.value) as total_usd,
    max(ratios.to_volume) as to_volume,
    max(ratios.to_open_interest) as to_open_interest
from daily
left join ratios on ratios.subject = daily.subject and ratios.date = daily.date
group by daily.subject, daily.date
"""

SUITE = Suite(
    fact="fct_liquidations_daily",
    subject_column="venue",
    required_columns=("venue", "asset", "date", "side", "liquidated_usd", "source", "coverage"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A day no source told of has no row; a row without a value is a broken one."),
        none_of("negative_rows", "What was closed by force cannot be below zero."),
        none_of("sideless_rows", "A position is long or short, or the source adds both up; another side is a broken conversion."),
        Expectation(
            name="liquidations_are_possible",
            column="total_usd",
            reason="Several times what the whole market has ever lost in a day: contracts or coins were taken for dollars.",
            maximum=MAX_LIQUIDATED_USD,
        ),
        Expectation(
            name="liquidations_fit_volume",
            column="to_volume",
            reason="A forced closing is a trade, but for auto-deleveraging: twice what was traded is a wrong unit.",
            maximum=MAX_LIQUIDATED_TO_VOLUME,
        ),
        Expectation(
            name="share_of_volume_is_usual",
            column="to_volume",
            reason="So much of a day's volume is forced in a deleveraging alone.",
            maximum=UNUSUAL_LIQUIDATED_TO_VOLUME,
            severity="warning",
        ),
        Expectation(
            name="liquidations_fit_open_interest",
            column="to_open_interest",
            reason="More closed by force than stood open, several times over, is a wrong unit.",
            maximum=MAX_LIQUIDATED_TO_OPEN_INTEREST,
        ),
    ),
)
