"""SQL fragments that several profiles share: like-for-like history, missing series, jumps beyond what the peers did.

Belongs here: common table expressions over a CTE `daily` (subject, series, date, value), composed into a profile when its module
loads. Does not: the figures of one fact. The SQL is portable: no `::`, `qualify`, `filter (where …)` or `group by all`.
"""

from expectations.thresholds import CONTRACT_SIZE_TOLERANCE, EXPECTED_WITHIN_DAYS, MATERIAL_CONTRACTS_USD, MIN_HISTORY_DAYS, TRAILING_DAYS


def utc_date(instant: str) -> str:
    """The UTC day of an instant by arithmetic: a cast goes through the calendar of a time zone, row by row, four times as slow."""
    return f"(date '1970-01-01' + cast(floor(extract(epoch from {instant}) / 86400) as integer))"


def utc_hour(instant: str) -> str:
    """The UTC hour of an instant, 0 to 23."""
    return f"(cast(floor(extract(epoch from {instant}) / 3600) as bigint) % 24)"


def utc_hours(instant: str) -> str:
    """Hours since UTC midnight to the minute."""
    return f"(cast(floor(extract(epoch from {instant}) / 60) as bigint) % 1440 / 60.0)"


# The usual value of a series: its median over the trailing days, the day itself excluded. Each observation is spread over the
# days it is history of, so that a plain equality join and a plain median do (a window frame over a median is not portable).
USUAL = f"""
lags (lag_days) as (values {", ".join(f"({day})" for day in range(1, TRAILING_DAYS + 1))}),

usual as (
    select
        daily.subject,
        daily.series,
        daily.date + lags.lag_days as date,
        median(daily.value) as usual,
        count(*) as history_days,
        min(lags.lag_days) as latest_lag
    from daily
    cross join lags
    where daily.value is not null
    group by daily.subject, daily.series, daily.date + lags.lag_days
)"""

# Series with data in the last days that are absent today, and their share of the usual total.
MISSING = f"""
missing as (
    select
        usual.subject,
        usual.date,
        count(*) as series_expected,
        sum(case when daily.series is null then 1 else 0 end) as series_missing,
        sum(case when daily.series is null then abs(usual.usual) else 0 end) / nullif(sum(abs(usual.usual)), 0) as missing_share
    from usual
    left join daily on daily.subject = usual.subject and daily.series = usual.series and daily.date = usual.date
    where usual.latest_lag <= {EXPECTED_WITHIN_DAYS}
    group by usual.subject, usual.date
)"""


# Hours of a venue's days in which it could not trade, wholly or in part: nobody can deliver them. Over the CTE `daily`.
HALTED = f"""
halted as (
    select days.subject, days.date, hours.hour,
        greatest(0, least(days.day_ends - 3600 * (23 - hours.hour), extract(epoch from halts.halted_to))
            - greatest(days.day_ends - 3600 * (24 - hours.hour), extract(epoch from halts.halted_from))) / 3600.0 as halted_hours
    from (select distinct subject, date, extract(epoch from date) + 86400 as day_ends from daily) as days
    inner join facts.dim_venue_halts as halts on halts.venue = days.subject
    cross join (values {", ".join(f"({hour})" for hour in range(24))}) as hours (hour)
    where days.day_ends - 3600 * (23 - hours.hour) > extract(epoch from halts.halted_from)
        and (halts.halted_to is null or days.day_ends - 3600 * (24 - hours.hour) < extract(epoch from halts.halted_to))
)"""


def off_size(value: str, ratio: str) -> str:
    """Whether a market's contracts have another size than the list says, judged where there is some value at either size."""
    return f"""case when greatest({value}, {value} * {ratio}) >= {MATERIAL_CONTRACTS_USD}
            and ({ratio} > {CONTRACT_SIZE_TOLERANCE} or {ratio} < 1 / {CONTRACT_SIZE_TOLERANCE}) then 1 else 0 end"""


def unexplained(ratio: str, peer_ratio: str) -> str:
    """The part of a jump that the peers do not share: the nearer of "against itself" and "against the peers", never past 1.

    A venue that stands still while the others jump has explained nothing wrong: its ratio is 1 and stays 1.
    """
    return f"""case
        when {ratio} is null or {ratio} <= 0 then {ratio}
        when {ratio} >= 1 then greatest(1, least({ratio}, {ratio} / coalesce({peer_ratio}, 1)))
        else least(1, greatest({ratio}, {ratio} / coalesce({peer_ratio}, 1)))
    end"""


def jumps(material: float) -> str:
    """The subject's total against the usual of the same series, less what the other subjects did that day.

    Like for like: only series with enough history that are also present today. Not evaluated (NULL) below `material`: the larger of
    the two totals for a fall, today's for a rise.
    """
    return f"""
totals as (
    select daily.subject, daily.date, sum(daily.value) as value, sum(usual.usual) as usual,
        sum(daily.value) / nullif(sum(usual.usual), 0) as ratio
    from daily
    inner join usual on usual.subject = daily.subject and usual.series = daily.series and usual.date = daily.date
    where usual.history_days >= {MIN_HISTORY_DAYS}
    group by daily.subject, daily.date
),

peers as (
    select totals.subject, totals.date, median(others.ratio) as ratio
    from totals
    inner join totals as others on others.date = totals.date and others.subject <> totals.subject
    where others.ratio > 0
    group by totals.subject, totals.date
),

jumps as (
    select totals.subject, totals.date,
        case when greatest(totals.value, totals.usual) >= {material} then {unexplained("totals.ratio", "peers.ratio")} end as jump
    from totals
    left join peers on peers.subject = totals.subject and peers.date = totals.date
)"""
