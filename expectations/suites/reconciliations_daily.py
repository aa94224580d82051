"""Figures of ours beside other people's: is what is apart explained?

Belongs here: the profile and the expectations of fct_reconciliations_daily; the subject is a venue, an asset or a protocol. Does not: how
far two figures may be apart, and what explains it, which are seeds. Nothing here holds a day back: who is wrong is not said by the ratio.
"""

from expectations.suite import Suite, no_warning_of

UNEXPLAINED = "not is_within_tolerance and known_reason is null"
PROFILE = f"""
select
    subject,
    date,
    count(*) as rows,
    sum(case when metric = 'volume' and {UNEXPLAINED} then 1 else 0 end) as unexplained_volumes,
    sum(case when metric in ('open_interest', 'asset_open_interest') and {UNEXPLAINED} then 1 else 0 end) as unexplained_open_interests,
    sum(case when metric = 'fees' and {UNEXPLAINED} then 1 else 0 end) as unexplained_fees,
    sum(case when metric = 'holders_revenue_90d' and {UNEXPLAINED} then 1 else 0 end) as unexplained_holders_revenues
from facts.fct_reconciliations_daily
where date >= $first_day and date < $end_day
group by subject, date
"""

SUITE = Suite(
    fact="fct_reconciliations_daily",
    subject_column="subject",
    required_columns=("metric", "subject", "date", "is_within_tolerance", "known_reason"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        no_warning_of("unexplained_volumes", "The venue's volume is far from another's figure of it, and no reason is known."),
        no_warning_of("unexplained_open_interests", "Open interest is far from another's figure of it, and no reason is known."),
        no_warning_of("unexplained_fees", "DefiLlama's fees are far from what the venue's own chain counted, and no reason is known."),
        no_warning_of("unexplained_holders_revenues", "Over 90 days holders got something else than was due, and no reason is known."),
    ),
)
