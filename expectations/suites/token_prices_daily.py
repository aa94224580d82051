"""Daily prices of a token: above zero, of its own scale, and with caps and supplies that fit.

Belongs here: the profile and the expectations of fct_token_prices_daily; the subject is the token. Does not: perpetual prices.
A verdict of its own keeps a broken price out of yields and multiples without holding back any venue or protocol.
"""

from expectations.profile_sql import USUAL
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import (
    MAX_MARKET_CAP_FACTOR,
    MAX_TOKEN_MARKET_CAP_USD,
    MAX_TOKEN_PRICE_JUMP,
    MAX_TOKEN_SUPPLY_JUMP,
    MIN_HISTORY_DAYS,
    MIN_TOKEN_PRICE_JUMP,
    UNUSUAL_MARKET_CAP_FACTOR,
    UNUSUAL_TOKEN_PRICE_JUMP,
    UNUSUAL_TOKEN_SUPPLY_JUMP,
)

# What circulates by the cap is cap over price: it stays when the market moves, and jumps when a cap is another coin's or of another unit.
PROFILE = f"""
with daily as (
    select token as subject, 'price' as series, date, price_usd as value, price_usd, market_cap_usd, fdv_usd, circulating_supply,
        total_supply, spot_volume_usd
    from facts.fct_token_prices_daily
    where date >= $history_day and date < $end_day
    union all
    select token, 'supply', date, market_cap_usd / price_usd, null, null, null, null, null, null
    from facts.fct_token_prices_daily
    where date >= $history_day and date < $end_day and market_cap_usd is not null and price_usd > 0
),
{USUAL}

select
    daily.subject,
    daily.date,
    sum(case when daily.series = 'price' then 1 else 0 end) as rows,
    sum(case when daily.series = 'price' and daily.value is null then 1 else 0 end) as null_rows,
    sum(case when daily.series = 'price' and daily.value <= 0 then 1 else 0 end) as non_positive_price_rows,
    sum(case when least(daily.market_cap_usd, daily.fdv_usd, daily.circulating_supply, daily.total_supply, daily.spot_volume_usd) < 0
        then 1 else 0 end) as negative_rows,
    sum(case when daily.circulating_supply > daily.total_supply * 1.01 then 1 else 0 end) as supply_order_rows,
    sum(case when daily.market_cap_usd > daily.fdv_usd * 1.01 then 1 else 0 end) as cap_order_rows,
    max(daily.market_cap_usd) as market_cap_usd,
    max(case when daily.series = 'price' and usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0
        then daily.value / usual.usual end) as jump,
    max(case when daily.series = 'supply' and usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0
        then daily.value / usual.usual end) as supply_jump,
    max(daily.market_cap_usd / nullif(daily.price_usd * daily.circulating_supply, 0)) as market_cap_factor
from daily
left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
where daily.date >= $first_day
group by daily.subject, daily.date
"""

SUITE = Suite(
    fact="fct_token_prices_daily",
    subject_column="token",
    required_columns=("token", "date", "price_usd", "market_cap_usd", "fdv_usd", "circulating_supply", "total_supply", "spot_volume_usd"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A day without a price has no row."),
        none_of("non_positive_price_rows", "A listed token has a price above zero."),
        none_of("negative_rows", "Supplies, market caps and volumes cannot be below zero."),
        no_warning_of("supply_order_rows", "More coins circulate than exist: two definitions of supply."),
        no_warning_of("cap_order_rows", "What circulates is worth more than all there will be: two definitions of supply."),
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
            name="supply_jump_is_possible",
            column="supply_jump",
            reason="Cap over price against its two-week median: a cap of another coin or unit, which would take a basket over.",
            minimum=1 / MAX_TOKEN_SUPPLY_JUMP,
            maximum=MAX_TOKEN_SUPPLY_JUMP,
        ),
        Expectation(
            name="supply_jump_is_usual",
            column="supply_jump",
            reason="An unlock, a burn, or a source that corrects what it counts as circulating.",
            minimum=1 / UNUSUAL_TOKEN_SUPPLY_JUMP,
            maximum=UNUSUAL_TOKEN_SUPPLY_JUMP,
            severity="warning",
        ),
        Expectation(
            name="market_cap_fits_price",
            column="market_cap_factor",
            reason="Dollars are tokens times price: a cap far from price times circulating supply is of another coin, unit or day.",
            minimum=1 / MAX_MARKET_CAP_FACTOR,
            maximum=MAX_MARKET_CAP_FACTOR,
        ),
        Expectation(
            name="market_cap_is_of_the_minute",
            column="market_cap_factor",
            reason="Market cap is price times circulating supply, give or take minutes.",
            minimum=1 / UNUSUAL_MARKET_CAP_FACTOR,
            maximum=UNUSUAL_MARKET_CAP_FACTOR,
            severity="warning",
        ),
    ),
)
