"""Tokens of AI of a day: a price above zero and of its own scale, for tokens whose figures come from a list alone too.

Belongs here: the profile and the expectations of fct_ai_tokens_daily; the subject is CoinGecko's id. Does not: tokens that
fct_token_prices_daily follows beyond that (token_prices_daily.py), nor which side a token is on, which is the seeds' to say.
"""

from expectations.profile_sql import USUAL
from expectations.suite import Expectation, Suite, none_of
from expectations.thresholds import (
    MAX_TOKEN_MARKET_CAP_USD,
    MAX_TOKEN_PRICE_JUMP,
    MAX_TOKEN_SUPPLY_JUMP,
    MIN_HISTORY_DAYS,
    MIN_TOKEN_PRICE_JUMP,
)

# A price is compared with those of the same source; cap over price is what circulates, as in token_prices_daily.
PROFILE = f"""
with daily as (
    select coingecko_id as subject, price_source as series, date, price_usd as value
    from facts.fct_ai_tokens_daily
    where date >= $history_day and date < $end_day and price_usd is not null
    union all
    select coingecko_id, 'supply', date, market_cap_usd / price_usd
    from facts.fct_ai_tokens_daily
    where date >= $history_day and date < $end_day and market_cap_usd is not null and price_usd > 0
),
{USUAL},

jumps as (
    select daily.subject, daily.date,
        max(case when daily.series <> 'supply' then daily.value / usual.usual end) as jump,
        max(case when daily.series = 'supply' then daily.value / usual.usual end) as supply_jump
    from daily
    inner join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0
    group by daily.subject, daily.date
)

select
    facts.coingecko_id as subject,
    facts.date,
    count(*) as rows,
    sum(case when facts.price_usd <= 0 then 1 else 0 end) as non_positive_price_rows,
    sum(case when least(facts.market_cap_usd, facts.spot_volume_usd, facts.commits_4w, facts.contributors) < 0
        then 1 else 0 end) as negative_rows,
    max(facts.market_cap_usd) as market_cap_usd,
    max(jumps.jump) as jump,
    max(jumps.supply_jump) as supply_jump
from facts.fct_ai_tokens_daily as facts
left join jumps on jumps.subject = facts.coingecko_id and jumps.date = facts.date
where facts.date >= $first_day and facts.date < $end_day
group by facts.coingecko_id, facts.date
"""

SUITE = Suite(
    fact="fct_ai_tokens_daily",
    subject_column="coingecko_id",
    required_columns=(
        "coingecko_id", "date", "price_usd", "price_source", "market_cap_usd", "spot_volume_usd", "commits_4w", "contributors", "status",
    ),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("non_positive_price_rows", "A listed token has a price above zero."),
        none_of("negative_rows", "Market caps, volumes and commits cannot be below zero."),
        Expectation(
            name="market_cap_is_possible",
            column="market_cap_usd",
            reason="More than all of crypto has ever been worth.",
            maximum=MAX_TOKEN_MARKET_CAP_USD,
        ),
        Expectation(
            name="price_jump_is_possible",
            column="jump",
            reason="Against its two-week median: another coin of the same id, or a redenomination.",
            minimum=MIN_TOKEN_PRICE_JUMP,
            maximum=MAX_TOKEN_PRICE_JUMP,
        ),
        Expectation(
            name="supply_jump_is_possible",
            column="supply_jump",
            reason="Cap over price against its two-week median: a cap of another coin or unit, which would take a basket over.",
            minimum=1 / MAX_TOKEN_SUPPLY_JUMP,
            maximum=MAX_TOKEN_SUPPLY_JUMP,
        ),
    ),
)  # fmt: skip
