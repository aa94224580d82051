"""Daily prices of a token: above zero, of its own scale, and with a market cap that fits.

Belongs here: the profile and the expectations of fct_token_prices_daily; the subject is the token. Does not: perpetual prices.
A verdict of its own keeps a broken price out of yields and multiples without holding back any venue or protocol.
"""

from expectations.profile_sql import USUAL
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import (
    MAX_MARKET_CAP_FACTOR,
    MAX_TOKEN_MARKET_CAP_USD,
    MAX_TOKEN_PRICE_JUMP,
    MIN_HISTORY_DAYS,
    MIN_TOKEN_PRICE_JUMP,
    UNUSUAL_TOKEN_PRICE_JUMP,
)

PROFILE = f"""
with daily as (
    select token as subject, 'price' as series, date, price_usd as value, market_cap_usd, circulating_supply, total_supply, volume_usd
    from facts.fct_token_prices_daily
    where date >= $history_day and date < $end_day
),
{USUAL}

select
    daily.subject,
    daily.date,
    count(*) as rows,
    sum(case when daily.value is null then 1 else 0 end) as null_rows,
    sum(case when daily.value <= 0 then 1 else 0 end) as non_positive_price_rows,
    sum(case when daily.market_cap_usd < 0 or daily.circulating_supply < 0 or daily.total_supply < 0 or daily.volume_usd < 0
        then 1 else 0 end) as negative_rows,
    sum(case when daily.circulating_supply > daily.total_supply * 1.01 then 1 else 0 end) as supply_order_rows,
    max(daily.market_cap_usd) as market_cap_usd,
    max(case when usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0 then daily.value / usual.usual end) as jump,
    max(daily.market_cap_usd / nullif(daily.value * daily.circulating_supply, 0)) as market_cap_factor
from daily
left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
where daily.date >= $first_day
group by daily.subject, daily.date
"""

SUITE = Suite(
    fact="fct_token_prices_daily",
    subject_column="token",
    required_columns=("token", "date", "price_usd", "market_cap_usd", "circulating_supply", "total_supply", "volume_usd"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A day without a price has no row."),
        none_of("non_positive_price_rows", "A listed token has a price above zero."),
        none_of("negative_rows", "Supplies, market caps and volumes cannot be below zero."),
        no_warning_of("supply_order_rows", "More coins circulate than exist: two definitions of supply."),
        Expectation(
            name="market_cap_is_possible",
            column="market_cap_usd",
            reason="More than all of crypto has ever been worth.",
            maximum=MAX_TOKEN_MARKET_CAP_USD,
        ),
        Expectation(
            name="price_jump_is_possible",
            column="jump",
            reason="Against its two-week median: another coin of the same ticker, or a redenomination.",
            minimum=MIN_TOKEN_PRICE_JUMP,
            maximum=MAX_TOKEN_PRICE_JUMP,
        ),
        Expectation(
            name="price_jump_is_usual",
            column="jump",
            reason="Rare outside launches and collapses.",
            minimum=1 / UNUSUAL_TOKEN_PRICE_JUMP,
            maximum=UNUSUAL_TOKEN_PRICE_JUMP,
            severity="warning",
        ),
        Expectation(
            name="market_cap_fits_price",
            column="market_cap_factor",
            reason="Market cap is price times circulating supply, give or take minutes.",
            minimum=1 / MAX_MARKET_CAP_FACTOR,
            maximum=MAX_MARKET_CAP_FACTOR,
            severity="warning",
        ),
    ),
)
