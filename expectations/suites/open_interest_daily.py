"""Daily open interest of a venue: a stock, judged by level, by jump and against the volume traded on it.

Belongs here: the profile and the expectations of fct_open_interest_daily. Does not: how sides are converted (dbt).
"""

from expectations.profile_sql import MISSING, USUAL, jumps, off_size, utc_date, utc_hour
from expectations.suite import Expectation, Suite, contract_sizes, no_warning_of, none_of, unpriced
from expectations.thresholds import (
    LAST_HOURS_FROM,
    MATERIAL_OPEN_INTEREST_USD,
    MAX_MARKET_OPEN_INTEREST_JUMP,
    MAX_MARKET_OPEN_INTEREST_USD,
    MAX_MISSING_SHARE,
    MAX_OPEN_INTEREST_JUMP,
    MAX_TURNOVER,
    MAX_USUAL_TURNOVER,
    MAX_VANISHED_SHARE,
    MAX_VENUE_OPEN_INTEREST_USD,
    MIN_HISTORY_DAYS,
    MIN_MARKET_OPEN_INTEREST_JUMP,
    MIN_TURNOVER,
    MIN_USUAL_TURNOVER,
    UNUSUAL_MARKET_OPEN_INTEREST_JUMP,
    UNUSUAL_OPEN_INTEREST_JUMP,
)

# Turnover is like for like: only markets that have both a volume and an open interest that day. The jump of a single market is in
# base units, where a price collapse does not show. A market that fell to nothing and has a trade in the last hours did not end: its figure
# is wrong. One without has ended, and its fall is true. A report that has no price of its own (the CFTC's) is of its own hour, not early.
PROFILE = f"""
with daily as (
    select venue as subject, market_id as series, date, open_interest_usd as value, open_interest_base, long_usd, short_usd,
        {utc_date("observed_at")} as observed_on, contract_size_ratio,
        case when {utc_hour("observed_at")} < {LAST_HOURS_FROM} and coalesce(price_kind, '') <> 'asset_close' then 1 else 0 end as is_early
    from facts.fct_open_interest_daily
    where date >= $history_day and date < $end_day
),
{USUAL},
{MISSING},
{jumps(MATERIAL_OPEN_INTEREST_USD)},

usual_bases as (
    select daily.series, daily.date + lags.lag_days as date, median(daily.open_interest_base) as usual_base
    from daily
    cross join lags
    where daily.open_interest_base > 0
    group by daily.series, daily.date + lags.lag_days
    having count(*) >= {MIN_HISTORY_DAYS}
),

fallen as (
    select daily.series, daily.date
    from daily
    inner join usual_bases on usual_bases.series = daily.series and usual_bases.date = daily.date
    inner join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where daily.date >= $first_day and usual.usual >= {MATERIAL_OPEN_INTEREST_USD}
        and daily.open_interest_base < usual_bases.usual_base * {MIN_MARKET_OPEN_INTEREST_JUMP}
),

trading_on as (
    select distinct fallen.series, fallen.date
    from fallen
    inner join facts.fct_candles_hourly as candles on candles.market_id = fallen.series
        and {utc_date("candles.opened_at")} = fallen.date and {utc_hour("candles.opened_at")} >= {LAST_HOURS_FROM}
    where candles.volume_base > 0 and candles.opened_at >= cast($first_day as timestamp with time zone)
        and candles.opened_at < cast($end_day as timestamp with time zone)
),

turnovers as (
    select daily.subject, daily.date, sum(volumes.volume_usd) / nullif(sum(daily.value), 0) as turnover
    from daily
    inner join facts.fct_volume_daily as volumes on volumes.market_id = daily.series and volumes.date = daily.date
    where daily.date >= $first_day and volumes.volume_usd is not null
    group by daily.subject, daily.date
    having sum(daily.value) >= {MATERIAL_OPEN_INTEREST_USD} or sum(volumes.volume_usd) >= {MATERIAL_OPEN_INTEREST_USD}
),

judged as (
    select daily.*, usual.usual,
        case when daily.value >= {MATERIAL_OPEN_INTEREST_USD} then daily.open_interest_base / usual_bases.usual_base end as base_jump,
        case when fallen.series is not null then 1 else 0 end as is_fallen,
        case when trading_on.series is not null then 1 else 0 end as is_trading_on,
        case when daily.open_interest_base = 0 and volumes.volume_base > 0 then 1 else 0 end as is_zero,
        {off_size("daily.value", "daily.contract_size_ratio")} as is_off_size
    from daily
    left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    left join usual_bases on usual_bases.series = daily.series and usual_bases.date = daily.date
    left join fallen on fallen.series = daily.series and fallen.date = daily.date
    left join trading_on on trading_on.series = daily.series and trading_on.date = daily.date
    left join facts.fct_volume_daily as volumes on volumes.market_id = daily.series and volumes.date = daily.date
    where daily.date >= $first_day
)

select
    judged.subject,
    judged.date,
    count(*) as rows,
    max(missing.series_expected) as markets_expected,
    max(missing.series_missing) as markets_missing,
    max(missing.missing_share) as missing_share,
    sum(case when judged.value is null and judged.open_interest_base is null then 1 else 0 end) as null_rows,
    sum(case when judged.value is null then 1 else 0 end) as unpriced_rows,
    avg(case when judged.value is null then 1.0 else 0.0 end) as unpriced_share,
    sum(case when judged.value < 0 or judged.open_interest_base < 0 or judged.long_usd < 0 or judged.short_usd < 0
        then 1 else 0 end) as negative_rows,
    sum(case when judged.observed_on <> judged.date then 1 else 0 end) as misdated_rows,
    sum(judged.is_early) as early_markets,
    sum(judged.is_zero) as zero_markets,
    sum(judged.is_fallen) as vanished_markets,
    sum(judged.usual * judged.is_trading_on) / nullif(sum(judged.usual), 0) as vanished_share,
    sum(judged.is_off_size) as off_size_markets,
    sum(greatest(judged.value, judged.value * judged.contract_size_ratio) * judged.is_off_size) / nullif(sum(judged.value), 0)
        as off_size_share,
    max(judged.value) as largest_market_usd,
    sum(judged.value) as total_usd,
    max(jumps.jump) as jump,
    max(judged.base_jump) as largest_market_jump,
    max(turnovers.turnover) as turnover
from judged
left join missing on missing.subject = judged.subject and missing.date = judged.date
left join jumps on jumps.subject = judged.subject and jumps.date = judged.date
left join turnovers on turnovers.subject = judged.subject and turnovers.date = judged.date
group by judged.subject, judged.date
"""

SUITE = Suite(
    fact="fct_open_interest_daily",
    subject_column="venue",
    required_columns=(
        "venue",
        "market_id",
        "date",
        "open_interest_base",
        "open_interest_usd",
        "long_usd",
        "short_usd",
        "observed_at",
        "price_kind",
        "contract_size_ratio",
    ),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A market without an observation has no row; a row without a value is a broken one."),
        *unpriced("market-days"),
        none_of("negative_rows", "Open interest is a stock of contracts and cannot be below zero."),
        none_of("misdated_rows", "The day's value is its last observation; one taken on another day is not this day's."),
        no_warning_of("early_markets", "Markets were last observed before the day's last two hours: what they held at its end is unknown."),
        no_warning_of("zero_markets", "Markets traded and hold nothing at the end of the day: they ended, or all of it was closed."),
        Expectation(
            name="markets_do_not_vanish",
            column="vanished_share",
            reason="Markets that trade on hold less than a hundredth of their usual open interest: the figures are wrong.",
            maximum=MAX_VANISHED_SHARE,
        ),
        no_warning_of("vanished_markets", "Markets hold less than a hundredth of their usual open interest: delisted, or a wrong figure."),
        *contract_sizes("open interest"),
        Expectation(
            name="markets_are_complete",
            column="missing_share",
            reason="Markets that held more than this share of the usual open interest are absent.",
            maximum=MAX_MISSING_SHARE,
        ),
        no_warning_of("markets_missing", "Markets that reported in the last week are absent today: delisted, or a hole."),
        Expectation(
            name="market_open_interest_is_possible",
            column="largest_market_usd",
            reason="No single market has held near this much: contracts or coins were taken for dollars.",
            maximum=MAX_MARKET_OPEN_INTEREST_USD,
        ),
        Expectation(
            name="venue_open_interest_is_possible",
            column="total_usd",
            reason="More than the whole market has ever held.",
            maximum=MAX_VENUE_OPEN_INTEREST_USD,
        ),
        Expectation(
            name="open_interest_jump_is_possible",
            column="jump",
            reason="Against its two-week median, like for like, beyond what the other venues did: a unit error, not a deleveraging.",
            minimum=1 / MAX_OPEN_INTEREST_JUMP,
            maximum=MAX_OPEN_INTEREST_JUMP,
        ),
        Expectation(
            name="open_interest_jump_is_usual",
            column="jump",
            reason="Rare outside launches and collapses.",
            minimum=1 / UNUSUAL_OPEN_INTEREST_JUMP,
            maximum=UNUSUAL_OPEN_INTEREST_JUMP,
            severity="warning",
        ),
        Expectation(
            name="market_jump_is_possible",
            column="largest_market_jump",
            reason="One market holds a hundred times its usual number of coins: its unit changed.",
            maximum=MAX_MARKET_OPEN_INTEREST_JUMP,
        ),
        Expectation(
            name="market_jump_is_usual",
            column="largest_market_jump",
            reason="One market's number of coins multiplied within two weeks.",
            maximum=UNUSUAL_MARKET_OPEN_INTEREST_JUMP,
            severity="warning",
        ),
        Expectation(
            name="turnover_is_possible",
            column="turnover",
            reason="A day's volume against the open interest it trades: outside these bounds one of the two has the wrong unit.",
            minimum=MIN_TURNOVER,
            maximum=MAX_TURNOVER,
        ),
        Expectation(
            name="turnover_is_usual",
            column="turnover",
            reason="Turnover of this size is seen where volume is rewarded, or where sides are counted twice.",
            minimum=MIN_USUAL_TURNOVER,
            maximum=MAX_USUAL_TURNOVER,
            severity="warning",
        ),
    ),
)
