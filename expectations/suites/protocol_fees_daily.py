"""Daily fees of a protocol in one row: do the parts make up the whole?

Belongs here: the profile and the expectations of fct_protocol_fees_daily, with the identity fees = supply side + revenue, for a source
that breaks it for one protocol must not stop the others. Does not: jumps, which the same values show in protocol_metrics_daily.
"""

from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import FEES_TOLERANCE, MAX_FEES_ROUNDING_USD, MAX_PROTOCOL_FEES_USD

PROFILE = f"""
with daily as (
    select protocol as subject, date, status, fees_usd, supply_side_revenue_usd, revenue_usd, holders_revenue_usd
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
    max(abs(fees_usd - supply_side_revenue_usd - revenue_usd) - {FEES_TOLERANCE} * abs(fees_usd)) as off_parts_usd,
    max(abs(fees_usd)) as fees_usd
from daily
group by subject, date
"""

SUITE = Suite(
    fact="fct_protocol_fees_daily",
    subject_column="protocol",
    required_columns=("protocol", "date", "status", "fees_usd", "supply_side_revenue_usd", "revenue_usd", "holders_revenue_usd"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A day with status ok has fees; a day without them says so in its status."),
        Expectation(
            name="fees_are_supply_side_plus_revenue",
            column="off_parts_usd",
            reason="What users paid went to suppliers or stayed: a part counted twice or lost makes every share of it wrong.",
            maximum=MAX_FEES_ROUNDING_USD,
        ),
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
