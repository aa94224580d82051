"""Daily metrics of a protocol: each against its own two weeks, its size, and the others of that day.

Belongs here: the profile and the expectations of fct_protocol_metrics_daily. Does not: the fee identities (dbt tests).
A day that a source does not report is a status, not a defect; a negative fee can be a true correction and is shown only.
"""

from expectations.profile_sql import MISSING, USUAL, unexplained
from expectations.suite import Expectation, Suite, no_warning_of, none_of
from expectations.thresholds import (
    MATERIAL_PROTOCOL_FLOW_USD,
    MATERIAL_PROTOCOL_STOCK_USD,
    MAX_PROTOCOL_FEES_USD,
    MAX_PROTOCOL_JUMP,
    MAX_PROTOCOL_OPEN_INTEREST_USD,
    MAX_PROTOCOL_TVL_USD,
    MAX_PROTOCOL_VOLUME_USD,
    MAX_TAKE_RATE,
    MIN_HISTORY_DAYS,
    UNUSUAL_PROTOCOL_JUMP,
    UNUSUAL_TAKE_RATE,
)

STOCKS = "('volume', 'spot_volume', 'open_interest', 'tvl')"
NEVER_NEGATIVE = "('volume', 'spot_volume', 'open_interest', 'tvl', 'active_users')"

# A series is a metric of one source. It is compared with the same metric of the other protocols that day: on a crash all fees jump.
# Spot volume is left out: a token's first day is one (HYPE, 2024-11-29: 177 times the usual, true).
# Falls are only shown: protocols halt and lose their users.
PROFILE = f"""
with daily as (
    select protocol as subject, concat(metric, ' of ', source) as series, date, metric, coalesce(value_usd, value_count) as value, status
    from facts.fct_protocol_metrics_daily
    where date >= $history_day and date < $end_day
),
{USUAL},
{MISSING},

ratios as (
    select daily.subject, daily.series, daily.date, daily.metric, daily.value, usual.usual, daily.value / usual.usual as ratio
    from daily
    inner join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where usual.history_days >= {MIN_HISTORY_DAYS} and usual.usual > 0 and daily.value > 0
),

peers as (
    select ratios.subject, ratios.series, ratios.date, median(others.ratio) as ratio
    from ratios
    inner join ratios as others
        on others.metric = ratios.metric and others.date = ratios.date and others.subject <> ratios.subject
    group by ratios.subject, ratios.series, ratios.date
),

jumps as (
    select ratios.subject, ratios.series, ratios.date,
        case when greatest(ratios.value, ratios.usual) >= case
                when ratios.metric in {STOCKS} then {MATERIAL_PROTOCOL_STOCK_USD}
                else {MATERIAL_PROTOCOL_FLOW_USD} end
            and ratios.metric not in ('active_users', 'spot_volume')
            then {unexplained("ratios.ratio", "peers.ratio")} end as jump
    from ratios
    left join peers on peers.subject = ratios.subject and peers.series = ratios.series and peers.date = ratios.date
),

judged as (
    select daily.*, jumps.jump
    from daily
    left join jumps on jumps.subject = daily.subject and jumps.series = daily.series and jumps.date = daily.date
    where daily.date >= $first_day
),

levels as (
    select
        subject, date,
        count(*) as rows,
        sum(case when status = 'ok' and value is null then 1 else 0 end) as null_rows,
        sum(case when value < 0 and metric in {NEVER_NEGATIVE} then 1 else 0 end) as negative_rows,
        sum(case when value < 0 and metric not in {NEVER_NEGATIVE}
            then 1 else 0 end) as negative_flow_rows,
        max(case when metric = 'volume' then value end) as volume_usd,
        max(case when metric = 'spot_volume' then value end) as spot_volume_usd,
        max(case when metric = 'open_interest' then value end) as open_interest_usd,
        max(case when metric = 'tvl' then value end) as tvl_usd,
        max(case when metric = 'fees' then value end) as fees_usd,
        max(case when metric in ('fees', 'revenue', 'supply_side_revenue', 'protocol_revenue', 'holders_revenue', 'token_incentives')
            then abs(value) end) as largest_flow_usd,
        max(jump) as largest_jump,
        min(jump) as smallest_jump
    from judged
    group by subject, date
)

select
    levels.*,
    missing.series_missing as metrics_missing,
    case when levels.fees_usd >= {MATERIAL_PROTOCOL_FLOW_USD} and levels.volume_usd > 0
        then levels.fees_usd / (levels.volume_usd + coalesce(levels.spot_volume_usd, 0)) end as take_rate
from levels
left join missing on missing.subject = levels.subject and missing.date = levels.date
"""

SUITE = Suite(
    fact="fct_protocol_metrics_daily",
    subject_column="protocol",
    required_columns=("protocol", "metric", "date", "source", "value_usd", "value_count", "status"),
    date_expression="date",
    future_filter="date > cast($now as date)",
    profile=PROFILE,
    required_with=("fct_protocol_fees_daily",),
    expectations=(
        none_of("null_rows", "A day with status ok has a value; a day without one says so in its status."),
        none_of("negative_rows", "Volume, open interest, TVL and users cannot be below zero."),
        no_warning_of("negative_flow_rows", "A negative fee or revenue is a correction of the source, or an error of its adapter."),
        no_warning_of("metrics_missing", "Metrics reported in the last week are absent today."),
        Expectation(
            name="volume_is_possible",
            column="volume_usd",
            reason="No protocol has traded near this much in a day.",
            maximum=MAX_PROTOCOL_VOLUME_USD,
        ),
        Expectation(
            name="open_interest_is_possible",
            column="open_interest_usd",
            reason="More than the whole market has ever held.",
            maximum=MAX_PROTOCOL_OPEN_INTEREST_USD,
        ),
        Expectation(name="tvl_is_possible", column="tvl_usd", reason="More than all of DeFi holds.", maximum=MAX_PROTOCOL_TVL_USD),
        Expectation(
            name="fees_are_possible",
            column="largest_flow_usd",
            reason="No protocol has earned near this much in a day.",
            maximum=MAX_PROTOCOL_FEES_USD,
        ),
        Expectation(
            name="jump_is_possible",
            column="largest_jump",
            reason="A metric of size against its two-week median, beyond what the other protocols did: a defect of the adapter.",
            maximum=MAX_PROTOCOL_JUMP,
        ),
        Expectation(
            name="jump_is_usual",
            column="largest_jump",
            reason="Rare outside launches and reward programmes.",
            maximum=UNUSUAL_PROTOCOL_JUMP,
            severity="warning",
        ),
        Expectation(
            name="fall_is_usual",
            column="smallest_jump",
            reason="A metric of size nearly vanished: a halt, or a day the source has not finished.",
            minimum=1 / UNUSUAL_PROTOCOL_JUMP,
            severity="warning",
        ),
        Expectation(
            name="take_rate_is_possible",
            column="take_rate",
            reason="Fees of half the volume traded: the two do not describe the same thing.",
            maximum=MAX_TAKE_RATE,
        ),
        Expectation(
            name="take_rate_is_usual",
            column="take_rate",
            reason="Perpetuals take hundredths of a percent of the volume, pools up to about one percent.",
            maximum=UNUSUAL_TAKE_RATE,
            severity="warning",
        ),
    ),
)
