"""Tokenholders' part of the fees: is what they are due a part of the whole, and does what they got fit what was earned?

Belongs here: the profile and the expectations of fct_tokenholder_fee_share_daily. Does not: single recipients (fee_allocations_daily).
A payout above the day's fees is right where fees of earlier days explain it; two weeks take in weekly buybacks.
"""

from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import MATERIAL_PROTOCOL_FLOW_USD, MAX_HOLDERS_TO_FEES, SHARE_TOLERANCE, TRAILING_DAYS, UNUSUAL_HOLDERS_TO_FEES

PROFILE = f"""
with daily as (
    select protocol as subject, date, status, fees_usd, holders_accrued_usd, holders_accrued_share as share,
        holders_accrued_share_low as low, holders_accrued_share_high as high, holders_reported_usd, policy_status
    from facts.fct_tokenholder_fee_share_daily
    where date >= $history_day and date < $end_day
),

windows as (
    select today.subject, today.date, sum(earlier.holders_reported_usd) as holders_usd, sum(earlier.fees_usd) as fees_usd
    from daily as today
    inner join daily as earlier
        on earlier.subject = today.subject and earlier.date <= today.date and earlier.date > today.date - {TRAILING_DAYS}
    where today.date >= $first_day and today.holders_reported_usd > today.fees_usd * 1.01
        and earlier.holders_reported_usd is not null and earlier.fees_usd is not null
    group by today.subject, today.date
)

select
    daily.subject,
    daily.date,
    count(*) as rows,
    sum(case when (daily.status = 'ok') <> (daily.fees_usd is not null) then 1 else 0 end) as status_rows,
    sum(case when daily.share < -{SHARE_TOLERANCE} or daily.share > 1 + {SHARE_TOLERANCE} then 1 else 0 end) as share_out_of_range_rows,
    sum(case when daily.low > daily.share + {SHARE_TOLERANCE} or daily.share > daily.high + {SHARE_TOLERANCE}
        or daily.low < -{SHARE_TOLERANCE} or daily.high > 1 + {SHARE_TOLERANCE} then 1 else 0 end) as band_rows,
    sum(case when daily.policy_status = 'policy_suspect' then 1 else 0 end) as suspect_policy_rows,
    max(case when windows.holders_usd >= {MATERIAL_PROTOCOL_FLOW_USD} and windows.fees_usd > 0
        then windows.holders_usd / windows.fees_usd end) as holders_to_fees
from daily
left join windows on windows.subject = daily.subject and windows.date = daily.date
where daily.date >= $first_day
group by daily.subject, daily.date
"""

SUITE = Suite(
    fact="fct_tokenholder_fee_share_daily",
    subject_column="protocol",
    required_columns=(
        "protocol",
        "date",
        "status",
        "fees_usd",
        "holders_accrued_usd",
        "holders_accrued_share",
        "holders_accrued_share_low",
        "holders_accrued_share_high",
        "holders_reported_usd",
        "policy_status",
    ),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    required_with=("fct_protocol_fees_daily",),
    expectations=(
        none_of("status_rows", "A day with status ok has fees; a day without them says why in its status."),
        none_of("share_out_of_range_rows", "Tokenholders are due between nothing and all fees of a day."),
        none_of("band_rows", "The chosen share lies between the rivals', and all of them between 0 and 1."),
        no_warning_of("suspect_policy_rows", "Over 90 days the policy gives holders between half and twice of what they were seen to get."),
        Expectation(
            name="payouts_are_explained",
            column="holders_to_fees",
            reason="More handed out in two weeks than several times what was earned: tokens taken for dollars, or a wrong series.",
            maximum=MAX_HOLDERS_TO_FEES,
        ),
        Expectation(
            name="payouts_are_usual",
            column="holders_to_fees",
            reason="More handed out in two weeks than earned: a buyback of earlier months or from a reserve, or one counted twice.",
            maximum=UNUSUAL_HOLDERS_TO_FEES,
            severity="warning",
        ),
    ),
)
