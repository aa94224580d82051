"""Hourly candles of a venue-day: are the hours there, and is each candle possible?

Belongs here: the profile and the expectations of fct_candles_hourly. Does not: jumps of a day's volume or price (volume_daily).
"""

from expectations.profile_sql import HALTED, MISSING, USUAL, utc_date, utc_hour
from expectations.suite import Expectation, Suite, no_warning_of, none_of, unpriced
from expectations.thresholds import (
    EXPECTED_WITHIN_DAYS,
    MAX_MISSING_SHARE,
    MAX_STOPPING_MARKET_SHARE,
    MAX_TRADES_OF_ONE_PRICE,
    MIN_HISTORY_DAYS,
    MIN_HOURS_SHARE,
    TRAILING_DAYS,
)

# Hours are weighted by the market's usual volume, so that an omitted hour of a quiet market does not weigh like one of BTC.
# A market without history starts at its first hour (listing); a minor one that stops before the venue does ends there (delisting).
# Hours in which the venue could not trade are neither due nor counted. Some venues list no candle where nothing traded: at a venue-day
# without a candle of zero volume, hours of quiet markets are not all due. Where trades come at random, the share of hours with none is at
# most the share of one price among those that have some; and a market that never had all hours in the days before, and not always as many
# as a page cut short has, is not asked for any.
PROFILE = f"""
with daily as (
    select
        venue as subject,
        market_id as series,
        {utc_date("opened_at")} as date,
        sum(volume_usd) as value,
        count(*) as hours,
        sum(case when volume_base = 0 then 1 else 0 end) as empty_rows,
        avg(case when high = low and coalesce(trades, 0) <= {MAX_TRADES_OF_ONE_PRICE} then 1.0 else 0.0 end) as one_price_share,
        min({utc_hour("opened_at")}) as first_hour,
        max({utc_hour("opened_at")}) as last_hour,
        sum(case when open is null or high is null or low is null or close is null or volume_base is null
            then 1 else 0 end) as null_rows,
        sum(case when volume_usd is null then 1 else 0 end) as unpriced_rows,
        sum(case when volume_base < 0 or volume_usd < 0 or volume_quote < 0 or trades < 0 then 1 else 0 end) as negative_rows,
        sum(case when open <= 0 or high <= 0 or low <= 0 or close <= 0 then 1 else 0 end) as non_positive_price_rows,
        sum(case when high < low or open > high or open < low or close > high or close < low
            then 1 else 0 end) as price_order_rows
    from facts.fct_candles_hourly
    where opened_at >= cast($history_day as timestamp with time zone) and opened_at < cast($end_day as timestamp with time zone)
    group by venue, market_id, {utc_date("opened_at")}
),
{USUAL},
{MISSING},
{HALTED},

halted_candles as (
    select candles.market_id as series, halted.date, count(*) as hours
    from facts.fct_candles_hourly as candles
    inner join halted on halted.subject = candles.venue
        and halted.date = {utc_date("candles.opened_at")} and halted.hour = {utc_hour("candles.opened_at")}
    where candles.venue in (select subject from halted)
        and candles.opened_at >= cast($history_day as timestamp with time zone)
        and candles.opened_at < cast($end_day as timestamp with time zone)
    group by candles.market_id, halted.date
),

weighted as (
    select daily.*, usual.latest_lag,
        greatest(coalesce(usual.usual, daily.value, 0), 1) as weight,
        max(daily.last_hour) over (partition by daily.subject, daily.date) as venue_last_hour
    from daily
    left join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where daily.date >= $first_day
),

incomplete as (
    select series, date, one_price_share
    from (select *, sum(empty_rows) over (partition by subject, date) as venue_empty_rows from weighted) as listed
    where hours < 24 and venue_empty_rows = 0
),

seldom as (
    select incomplete.series, incomplete.date
    from incomplete
    inner join daily on daily.series = incomplete.series
        and daily.date < incomplete.date and daily.date >= incomplete.date - {TRAILING_DAYS}
    group by incomplete.series, incomplete.date
    having count(*) >= {MIN_HISTORY_DAYS} and max(daily.hours) < 24 and min(daily.hours) < max(daily.hours)
),

expected as (
    select *,
        case when latest_lag <= {EXPECTED_WITHIN_DAYS} then 0 else first_hour end as from_hour,
        case when last_hour < venue_last_hour
            and weight <= {MAX_STOPPING_MARKET_SHARE} * sum(weight) over (partition by subject, date) then last_hour
            else 23 end as to_hour
    from weighted
),

halted_spans as (
    select expected.series, expected.date, count(*) as hours
    from expected
    inner join halted on halted.subject = expected.subject and halted.date = expected.date
        and halted.hour between expected.from_hour and expected.to_hour
    group by expected.series, expected.date
),

spans as (
    select expected.*,
        expected.hours - coalesce(halted_candles.hours, 0) as hours_told,
        expected.to_hour - expected.from_hour + 1 - coalesce(halted_spans.hours, 0) as hours_of_span,
        case when seldom.series is not null then 1 else coalesce(incomplete.one_price_share, 0) end as quiet_share
    from expected
    left join incomplete on incomplete.series = expected.series and incomplete.date = expected.date
    left join seldom on seldom.series = expected.series and seldom.date = expected.date
    left join halted_candles on halted_candles.series = expected.series and halted_candles.date = expected.date
    left join halted_spans on halted_spans.series = expected.series and halted_spans.date = expected.date
),

due as (
    select *, case when quiet_share > 0 then greatest(hours_told, hours_of_span * (1 - quiet_share)) else hours_of_span end as hours_due
    from spans
)

select
    due.subject,
    due.date,
    sum(due.hours) as rows,
    count(*) as markets,
    max(missing.series_expected) as markets_expected,
    max(missing.series_missing) as markets_missing,
    max(missing.missing_share) as missing_share,
    sum(due.hours_due) - sum(due.hours_told) as hours_missing,
    sum(due.weight * due.hours_told / nullif(due.hours_due, 0))
        / sum(case when due.hours_due > 0 then due.weight end) as hours_share,
    sum(due.null_rows) as null_rows,
    sum(due.unpriced_rows) as unpriced_rows,
    sum(due.unpriced_rows) * 1.0 / sum(due.hours) as unpriced_share,
    sum(due.negative_rows) as negative_rows,
    sum(due.non_positive_price_rows) as non_positive_price_rows,
    sum(due.price_order_rows) as price_order_rows
from due
left join missing on missing.subject = due.subject and missing.date = due.date
group by due.subject, due.date
"""

SUITE = Suite(
    fact="fct_candles_hourly",
    subject_column="venue",
    required_columns=(
        "venue",
        "market_id",
        "opened_at",
        "open",
        "high",
        "low",
        "close",
        "volume_base",
        "volume_quote",
        "volume_usd",
        "trades",
    ),
    date_expression="cast(opened_at as date)",
    future_filter="opened_at > $now",
    profile=PROFILE,
    required_with=("fct_volume_daily",),
    expectations=(
        none_of("null_rows", "A candle without a price or a volume is a parsing error, not a quiet hour (that is a 0)."),
        *unpriced("candles"),
        none_of("negative_rows", "Nothing trades a negative amount."),
        none_of("non_positive_price_rows", "A perpetual's price is above zero."),
        none_of("price_order_rows", "Open and close lie between low and high; otherwise columns are swapped."),
        Expectation(
            name="hours_are_complete",
            column="hours_share",
            reason="Too many hours of the traded volume are absent: the day's totals would be too low.",
            minimum=MIN_HOURS_SHARE,
        ),
        no_warning_of("hours_missing", "Hours are absent, too few or too small to hold the day back."),
        Expectation(
            name="markets_are_complete",
            column="missing_share",
            reason="Markets that made more than this share of the usual volume are absent.",
            maximum=MAX_MISSING_SHARE,
        ),
        no_warning_of("markets_missing", "Markets that reported in the last week are absent today: delisted, or a hole."),
    ),
)
