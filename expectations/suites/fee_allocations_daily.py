"""Accrued fee allocations of a protocol in one row: do they add up to the day's fees, and does each get a part of the whole?

Belongs here: the profile and the expectations of fct_fee_allocations_daily. Does not: the exact identity, which a dbt test proves of
the model; here a day whose fees and allocations do not belong together is held back while the others go on.
"""

from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import MAX_UNALLOCATED_FEES_USD, SHARE_TOLERANCE

# Days come from the fees: a day with fees and without allocations is as wrong as one whose parts do not fit.
PROFILE = f"""
with fees as (
    select protocol as subject, date, fees_usd
    from facts.fct_protocol_fees_daily
    where status = 'ok' and date >= $first_day and date >= $history_day and date < $end_day
),

parts as (
    select
        protocol as subject,
        date,
        count(*) as rows,
        cast(sum(amount_usd) as double) as allocated_usd,
        count(distinct coalesce(policy_id, 'none')) as policies,
        sum(case when share < -{SHARE_TOLERANCE} or share > 1 + {SHARE_TOLERANCE} then 1 else 0 end) as share_out_of_range_rows,
        max(case when policy_id is not null and basis_usd is null then 1 else 0 end) as unknown_basis_rows
    from facts.fct_fee_allocations_daily
    where date >= $first_day and date < $end_day
    group by protocol, date
)

select
    fees.subject,
    fees.date,
    coalesce(parts.rows, 0) as rows,
    abs(fees.fees_usd - coalesce(parts.allocated_usd, 0)) as off_fees_usd,
    parts.policies,
    parts.share_out_of_range_rows,
    parts.unknown_basis_rows
from fees
left join parts on parts.subject = fees.subject and parts.date = fees.date
"""

SUITE = Suite(
    fact="fct_fee_allocations_daily",
    subject_column="protocol",
    required_columns=("protocol", "date", "recipient", "amount_usd", "share", "basis_usd", "policy_id"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        Expectation(
            name="allocations_add_up_to_fees",
            column="off_fees_usd",
            reason="Every dollar of fees has one recipient: more is a part counted twice, less a part lost.",
            maximum=MAX_UNALLOCATED_FEES_USD,
        ),
        Expectation(name="one_policy_in_force", column="policies", reason="Two chosen policies of a day pay everybody twice.", maximum=1),
        none_of("share_out_of_range_rows", "Nobody gets less than nothing or more than all fees of a day."),
        no_warning_of("unknown_basis_rows", "The policy divides revenue and none is reported: all fees are unallocated."),
    ),
)
