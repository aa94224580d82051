"""Daily spot volume of a venue: whole days, of a possible size, beside the perpetuals of the same name.

Belongs here: the profile and the expectations of fct_spot_volume_daily, which has a verdict of its own: a broken spot file keeps a ratio
out and no perpetual. Does not: perpetual volume (volume_daily).
"""

from expectations.profile_sql import MISSING, USUAL, jumps
from expectations.suite import Expectation, Suite, no_warning_of, none_of, unpriced
from expectations.thresholds import (
    MATERIAL_VOLUME_USD,
    MAX_MISSING_SHARE,
    MAX_SPOT_PRICE_FACTOR,
    MAX_VENUE_VOLUME_USD,
    MAX_VOLUME_JUMP,
    MIN_DAILY_HOURS_SHARE,
    MIN_VOLUME_JUMP,
)

# The price of the pair against the perpetual of the same name, which follows it. What is missing is told, not failed: a pair may leave.
PROFILE = f"""
with daily as (
    select venue as subject, market_id as series, date, spot_volume_usd as value, volume_base, close, hours
    from facts.fct_spot_volume_daily
    where date >= $history_day and date < $end_day
),
{USUAL},
{MISSING},
{jumps(MATERIAL_VOLUME_USD)},

judged as (
    select daily.*, greatest(coalesce(daily.value, 0), 1) as weight,
        least(1, daily.hours / cast(coalesce(perpetuals.hours, 24) as double)) as hours_share,
        greatest(daily.close / nullif(perpetuals.close, 0), perpetuals.close / nullif(daily.close, 0)) as price_factor
    from daily
    left join facts.fct_volume_daily as perpetuals on perpetuals.market_id = daily.series and perpetuals.date = daily.date
    where daily.date >= $first_day
)

select
    judged.subject,
    judged.date,
    count(*) as rows,
    max(missing.series_missing) as pairs_missing,
    max(missing.missing_share) as missing_share,
    sum(judged.weight * judged.hours_share) / sum(judged.weight) as hours_share,
    sum(case when judged.volume_base is null or judged.close is null then 1 else 0 end) as null_rows,
    sum(case when judged.value is null then 1 else 0 end) as unpriced_rows,
    avg(case when judged.value is null then 1.0 else 0.0 end) as unpriced_share,
    sum(case when judged.value < 0 or judged.volume_base < 0 then 1 else 0 end) as negative_rows,
    sum(case when judged.close <= 0 then 1 else 0 end) as non_positive_price_rows,
    sum(judged.value) as total_usd,
    max(jumps.jump) as jump,
    sum(case when judged.price_factor > {MAX_SPOT_PRICE_FACTOR} then judged.weight else 0 end) / sum(judged.weight) as off_price_share
from judged
left join missing on missing.subject = judged.subject and missing.date = judged.date
left join jumps on jumps.subject = judged.subject and jumps.date = judged.date
group by judged.subject, judged.date
"""

SUITE = Suite(
    fact="fct_spot_volume_daily",
    subject_column="venue",
    required_columns=("venue", "market_id", "date", "volume_base", "spot_volume_usd", "close", "hours"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    expectations=(
        none_of("null_rows", "A pair-day without volume or price has no row; a row without them is a broken one."),
        *unpriced("pair-days"),
        none_of("negative_rows", "Nothing trades a negative amount."),
        none_of("non_positive_price_rows", "A listed coin has a price above zero."),
        Expectation(
            name="hours_are_complete",
            column="hours_share",
            reason="Much of the day is absent beside the perpetuals of the same name.",
            minimum=MIN_DAILY_HOURS_SHARE,
        ),
        Expectation(
            name="pairs_are_complete",
            column="missing_share",
            reason="Pairs that made more than this share of the usual volume are absent.",
            maximum=MAX_MISSING_SHARE,
        ),
        no_warning_of("pairs_missing", "Pairs that reported in the last week are absent today: delisted, or a hole."),
        Expectation(
            name="venue_volume_is_possible",
            column="total_usd",
            reason="No venue has traded near this much in a day.",
            maximum=MAX_VENUE_VOLUME_USD,
        ),
        Expectation(
            name="volume_jump_is_possible",
            column="jump",
            reason="Against its two-week median, like for like, beyond what other venues did: a unit error, not a crash.",
            minimum=MIN_VOLUME_JUMP,
            maximum=MAX_VOLUME_JUMP,
        ),
        Expectation(
            name="prices_fit_perpetuals",
            column="off_price_share",
            reason="Most of the volume is at prices far from the perpetuals of the same name: another coin, or another unit.",
            maximum=MAX_MISSING_SHARE,
        ),
    ),
)
