"""Daily fees of a protocol in one row: are the parts plausible beside the whole?

Belongs here: the profile and the expectations of fct_protocol_fees_daily. Does not: jumps, which the same values show in
protocol_metrics_daily; and the identity fees = supply side + revenue, which dbt tests own.
"""

from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import MAX_PROTOCOL_FEES_USD

PROFILE = """
with daily as (
    select protocol as subject, date, status, fees_usd, revenue_usd, holders_revenue_usd
    from facts.fct_protocol_fees_daily
    where date >= $first_day and date >= $history_day and date < $end_day
)

select
    subject,
    date,
    count(*) as rows,
    sum(case when status = 'ok' and fees_usd is null then 1 else 0 end) as null_rows,
    sum(case when fees_usd < 0 then 1 else 0 end) as negative_rows,
    sum(case when revenue_usd > fees_usd * 1.01 and fees_usd >= 0 then 1 else 0 end) as revenue_above_fees_rows,
    sum(case when holders_revenue_usd > fees_usd * 1.01 and fees_usd >= 0 then 1 else 0 end) as holders_above_fees_rows,
    max(abs(fees_usd)) as fees_usd
from daily
group by subject, date
"""

SUITE = Suite(
    fact="fct_protocol_fees_daily",
    subject_column="protocol",
    required_columns=("protocol", "date", "status", "fees_usd", "revenue_usd", "holders_revenue_usd"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A day with status ok has fees; a day without them says so in its status."),
        no_warning_of("negative_rows", "Negative fees are a correction of the source, or an error of its adapter."),
        no_warning_of("revenue_above_fees_rows", "Revenue is a part of fees; more than the whole means two definitions."),
        no_warning_of("holders_above_fees_rows", "Holders received more than was earned: a buyback of earlier days, or an error."),
        Expectation(
            name="fees_are_possible",
            column="fees_usd",
            reason="No protocol has earned near this much in a day.",
            maximum=MAX_PROTOCOL_FEES_USD,
        ),
    ),
)
