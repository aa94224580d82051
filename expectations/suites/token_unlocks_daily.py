"""Unlocks of a token: a schedule never takes tokens back, and no day lets more into circulation than there are.

Belongs here: the profile and the expectations of fct_token_unlocks_daily; the subject is the token. Does not:
whether a schedule is right, which is its source's to say, nor prices (token_prices_daily.py), with which a day
of unlocks stands or falls.
"""

from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import MAX_IMPLIED_ISSUANCE_SHARE

PROFILE = """
select
    unlocks.token as subject,
    unlocks.date,
    count(*) as rows,
    sum(case when unlocks.tokens is null or unlocks.usd is null then 1 else 0 end) as null_rows,
    sum(case when unlocks.source = 'schedule' and least(unlocks.tokens, unlocks.tokens_next_30d, unlocks.tokens_next_90d) < 0
        then 1 else 0 end) as negative_rows,
    sum(case when unlocks.source = 'schedule' and unlocks.usd > prices.fdv_usd * 1.01 then 1 else 0 end) as too_many_rows,
    max(case when unlocks.source = 'supply_implied' and prices.market_cap_usd > 0
        then abs(unlocks.usd) / prices.market_cap_usd end) as issuance_share
from facts.fct_token_unlocks_daily as unlocks
left join facts.fct_token_prices_daily as prices on prices.token = unlocks.token and prices.date = unlocks.date
where unlocks.date >= $first_day and unlocks.date < $end_day
group by unlocks.token, unlocks.date
"""

SUITE = Suite(
    fact="fct_token_unlocks_daily",
    subject_column="token",
    required_columns=("token", "section", "date", "source", "tokens", "usd", "tokens_next_30d", "tokens_next_90d"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "An unlock is a number of tokens with a price; what is not known has no row."),
        none_of("negative_rows", "A schedule takes nothing back."),
        no_warning_of(
            "too_many_rows", "One day's unlock is worth more than all tokens there will be: another token's schedule, or another unit."
        ),
        Expectation(
            name="implied_issuance_is_usual",
            column="issuance_share",
            reason="What circulates changed in a day by a large part of itself: a supply counted anew, not an issuance.",
            maximum=MAX_IMPLIED_ISSUANCE_SHARE,
            severity="warning",
        ),
    ),
)
