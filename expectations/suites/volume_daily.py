"""Daily volume of a venue: is the total plausible against its own two weeks, the other venues, and its prices?

Belongs here: the profile and the expectations of fct_volume_daily. Does not: single candles and whether all hours are there
(candles_hourly).
"""

from expectations.profile_sql import MISSING, USUAL, jumps, off_size, unexplained
from expectations.suite import Expectation, Suite, contract_sizes, no_warning_of, none_of, unpriced
from expectations.thresholds import (
    IMPLIED_PRICE_TOLERANCE,
    MATERIAL_VOLUME_USD,
    MAX_IMPLIED_PRICE_SHARE,
    MAX_MARKET_VOLUME_USD,
    MAX_MISSING_SHARE,
    MAX_PRICE_JUMP,
    MAX_PRICE_JUMP_SHARE,
    MAX_VENUE_VOLUME_USD,
    MAX_VOLUME_JUMP,
    MIN_HISTORY_DAYS,
    MIN_VOLUME_JUMP,
    UNUSUAL_VOLUME_JUMP,
)

# A price is compared through its own two-week median, then with the same asset's move elsewhere: units and multipliers cancel out.
# Base volume counts canonical coins and a price is of the market's own unit: between them stands the multiplier of that day's version.
PROFILE = f"""
with daily as (
    select venue as subject, market_id as series, date, asset, volume_usd as value, volume_base, close, high, low,
        contract_size_ratio
    from facts.fct_volume_daily
    where date >= $history_day and date < $end_day
),
{USUAL},
{MISSING},
{jumps(MATERIAL_VOLUME_USD)},

usual_prices as (
    select daily.series, daily.date + lags.lag_days as date, median(daily.close) as usual_close
    from daily
    cross join lags
    where daily.close > 0
    group by daily.series, daily.date + lags.lag_days
    having count(*) >= {MIN_HISTORY_DAYS}
),

moves as (
    select daily.subject, daily.series, daily.date, daily.asset, daily.close / usual_prices.usual_close as move
    from daily
    inner join usual_prices on usual_prices.series = daily.series and usual_prices.date = daily.date
),

peer_moves as (
    select moves.series, moves.date, median(others.move) as move
    from moves
    inner join moves as others
        on others.asset = moves.asset and others.date = moves.date and others.subject <> moves.subject
    group by moves.series, moves.date
),

unexplained_moves as (
    select moves.series, moves.date, {unexplained("moves.move", "peer_moves.move")} as move
    from moves
    left join peer_moves on peer_moves.series = moves.series and peer_moves.date = moves.date
),

multiplied as (
    select daily.series, daily.date,
        coalesce(
            max_by(case when markets.valid_from < daily.date + 1 then markets.asset_multiplier end, markets.valid_from),
            min_by(markets.asset_multiplier, markets.valid_from)
        ) as multiplier
    from daily
    inner join facts.dim_markets as markets on markets.market_id = daily.series
    where daily.date >= $first_day
    group by daily.series, daily.date
),

judged as (
    select daily.*,
        greatest(coalesce(usual.usual, daily.value, 0), 1) as weight,
        case when unexplained_moves.move > {MAX_PRICE_JUMP} or unexplained_moves.move < 1 / {MAX_PRICE_JUMP}
            then 1 else 0 end as is_price_jump,
        coalesce(multiplied.multiplier, 1) * daily.value / nullif(daily.volume_base, 0) as implied_price,
        case when daily.volume_base > 0 and daily.value > 0
            and (implied_price > daily.high * {IMPLIED_PRICE_TOLERANCE} or implied_price < daily.low / {IMPLIED_PRICE_TOLERANCE})
            then 1 else 0 end as is_off_price,
        {off_size("daily.value", "daily.contract_size_ratio")} as is_off_size
    from daily
    left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    left join multiplied on multiplied.series = daily.series and multiplied.date = daily.date
    left join unexplained_moves on unexplained_moves.series = daily.series and unexplained_moves.date = daily.date
    where daily.date >= $first_day
)

select
    judged.subject,
    judged.date,
    count(*) as rows,
    max(missing.series_expected) as markets_expected,
    max(missing.series_missing) as markets_missing,
    max(missing.missing_share) as missing_share,
    sum(case when judged.volume_base is null or judged.close is null then 1 else 0 end) as null_rows,
    sum(case when judged.value is null then 1 else 0 end) as unpriced_rows,
    avg(case when judged.value is null then 1.0 else 0.0 end) as unpriced_share,
    sum(case when judged.value < 0 or judged.volume_base < 0 then 1 else 0 end) as negative_rows,
    sum(case when judged.close <= 0 then 1 else 0 end) as non_positive_price_rows,
    max(judged.value) as largest_market_usd,
    sum(judged.value) as total_usd,
    max(jumps.jump) as jump,
    sum(judged.is_price_jump) as price_jump_markets,
    sum(judged.weight * judged.is_price_jump) / sum(judged.weight) as price_jump_share,
    sum(judged.is_off_price) as off_price_markets,
    sum(judged.weight * judged.is_off_price) / sum(judged.weight) as off_price_share,
    sum(judged.is_off_size) as off_size_markets,
    sum(coalesce(judged.value, 0) * judged.is_off_size) / nullif(sum(judged.value), 0) as off_size_share
from judged
left join missing on missing.subject = judged.subject and missing.date = judged.date
left join jumps on jumps.subject = judged.subject and jumps.date = judged.date
group by judged.subject, judged.date
"""

SUITE = Suite(
    fact="fct_volume_daily",
    subject_column="venue",
    required_columns=("venue", "market_id", "date", "asset", "volume_base", "volume_usd", "close", "high", "low", "contract_size_ratio"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    required_with=("fct_candles_hourly",),
    expectations=(
        none_of("null_rows", "A market-day without volume or price has no row; a row without them is a broken one."),
        *unpriced("market-days"),
        none_of("negative_rows", "Nothing trades a negative amount."),
        none_of("non_positive_price_rows", "A perpetual's price is above zero."),
        Expectation(
            name="markets_are_complete",
            column="missing_share",
            reason="Markets that made more than this share of the usual volume are absent.",
            maximum=MAX_MISSING_SHARE,
        ),
        no_warning_of("markets_missing", "Markets that reported in the last week are absent today: delisted, or a hole."),
        Expectation(
            name="market_volume_is_possible",
            column="largest_market_usd",
            reason="No single market has traded near this much in a day: contracts or coins were taken for dollars.",
            maximum=MAX_MARKET_VOLUME_USD,
        ),
        Expectation(
            name="venue_volume_is_possible",
            column="total_usd",
            reason="No venue has traded near this much in a day.",
            maximum=MAX_VENUE_VOLUME_USD,
        ),
        Expectation(
            name="volume_jump_is_possible",
            column="jump",
            reason="Against its two-week median, like for like, beyond what the other venues did: a unit error, not a crash.",
            minimum=MIN_VOLUME_JUMP,
            maximum=MAX_VOLUME_JUMP,
        ),
        Expectation(
            name="volume_jump_is_usual",
            column="jump",
            reason="Rare on a venue of size, though real launches, closures and reward programmes do it.",
            minimum=1 / UNUSUAL_VOLUME_JUMP,
            maximum=UNUSUAL_VOLUME_JUMP,
            severity="warning",
        ),
        Expectation(
            name="prices_are_explained",
            column="price_jump_share",
            reason="Most of the venue's volume is at prices far from their two-week median, and other venues do not show it.",
            maximum=MAX_PRICE_JUMP_SHARE,
        ),
        no_warning_of("price_jump_markets", "A market's price left its two-week median by a factor no other venue shows."),
        Expectation(
            name="volume_fits_price",
            column="off_price_share",
            reason="USD volume divided by base volume is not a price of that day: one of the two has the wrong unit.",
            maximum=MAX_IMPLIED_PRICE_SHARE,
        ),
        *contract_sizes("base volume and open interest"),
        no_warning_of("off_price_markets", "A market's USD and base volume do not fit its price: check its unit or multiplier."),
    ),
)
