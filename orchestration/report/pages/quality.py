"""Quality: what was held back and why, how old each source's data are, and how far others' figures are from ours."""

from orchestration.report.drawing import heat, lines_by
from orchestration.report.page import Chart, Column, Page, Section, Table, Tiles

GATE, FRESH, OTHERS, CHANGED = "gate_results", "mart_freshness", "mart_reconciliation_daily", "fct_restatements"
REASONS = "json_extract_string(failed_expectations, '$[*].expectation')"

GATED = [
    Tiles(
        "sums", "In all", "", f"""
            select
                (select count(*) from {GATE}) as judged, (select count(*) from {GATE} where not is_passed) as held_back,
                (select count(distinct source) from {FRESH} where status in ('stale', 'failed')) as late,
                (select count(distinct source) from {FRESH} where status = 'ok'
                    and source not in (select source from {FRESH} where status in ('stale', 'failed'))) as fresh,
                (select count(*) from {OTHERS} where {{recent}} and not is_within_tolerance and known_reason is null) as unexplained,
                (select count(*) from {OTHERS} where {{recent}}) as compared, (select count(*) from {CHANGED}) as restated""",
        [f"{GATE}.is_passed", f"{FRESH}.status", f"{OTHERS}.is_within_tolerance", f"{OTHERS}.known_reason"],
        ignores=["date"],
        columns=[
            Column("judged", "Days judged, by fact and venue", "count"), Column("held_back", "of them held back", "count"),
            Column("late", "Sources stale or failed", "count"), Column("fresh", "Sources up to date", "count"),
            Column("compared", "Figures compared, 30 days", "count"), Column("unexplained", "of them apart, no known reason", "count"),
            Column("restated", "Figures that sources changed", "count"),
        ],
    ),
    Table(
        "held", "What was held back", "Days that failed a check. They are in no mart; facts_all has their rows. Newest first.", f"""
            select date, fact, venue_or_protocol, row_count, {REASONS} as reasons
            from {GATE} where not is_passed order by date desc, fact, venue_or_protocol limit 500""",
        [f"{GATE}.failed_expectations", f"{GATE}.row_count", f"{GATE}.venue_or_protocol"],
        is_wide=True,
        ignores=["date"],
        empty="Nothing was held back.",
        columns=[
            Column("date", "Day", "day"), Column("fact", "Fact", "text"), Column("venue_or_protocol", "Venue or protocol", "text"),
            Column("row_count", "Rows", "count"), Column("reasons", "Failed checks", "text"),
        ],
    ),
    Chart(
        "verdicts", "Held back or doubtful", "Venues and protocols whose day failed a check or got a warning, of each fact.", f"""
            select replace(fact, 'fct_', '') as fact, date, count(case when failed_expectations <> '[]' then 1 end) as doubtful,
                count(case when not is_passed then 1 end) as held_back, count(*) as judged
            from {GATE} where {{year}} group by fact, date order by fact, date""",
        [f"{GATE}.is_passed", f"{GATE}.failed_expectations", f"{GATE}.evaluated"],
        is_wide=True,
        drawing=heat(
            "fact", Column("doubtful", "Held back or warned of", "count"),
            [Column("fact", "Fact", "text"), Column("date", "Day", "day"), Column("held_back", "Held back", "count"),
             Column("doubtful", "Held back or warned of", "count"), Column("judged", "Judged", "count")]),
    ),
]  # fmt: skip
AGE = [
    Table(
        "freshness", "How old each source's data are",
        "What needs a look comes first. Lag: hours from the newest event to the last attempt.", f"""
            select source, entity, status, last_event_at, lag_hours, rows_quarantined, last_error, limitations from {FRESH}
            order by case status when 'failed' then 0 when 'stale' then 1 when 'not_configured' then 3 when 'closed' then 4 else 2 end,
                rows_quarantined desc nulls last, source, entity""",
        [f"{FRESH}.{name}" for name in ("status", "last_event_at", "lag_hours", "rows_quarantined", "last_error", "limitations")],
        is_wide=True,
        columns=[
            Column("source", "Source", "text"), Column("entity", "Entity", "text"), Column("status", "Status", "text"),
            Column("last_event_at", "Newest event", "moment"), Column("lag_hours", "Lag", "hours"),
            Column("rows_quarantined", "Rows set aside", "count"), Column("last_error", "Last error", "text"),
            Column("limitations", "Limitations", "text"),
        ],
    ),
]  # fmt: skip
AGAINST = [
    Chart(
        "ratios", "Our figures and others'", "Our value divided by theirs, median of the day's figures; 1 is equal.", f"""
            select date, metric || ', ' || other_source as comparison, median(ratio) as ratio
            from {OTHERS} where {{kept}} and ratio is not null group by metric, other_source, date order by comparison, date""",
        [f"{OTHERS}.ratio", f"{OTHERS}.metric", f"{OTHERS}.other_source"],
        is_wide=True,
        drawing=lines_by("comparison", Column("ratio", "Ratio", "ratio")),
    ),
    Table(
        "apart", "Where they are apart", "The newest day's figures outside their tolerance, those without a known reason first.", f"""
            select metric, subject, other_source, own_value, other_value, ratio, known_reason
            from {OTHERS} where date = (select max(date) from {OTHERS}) and not is_within_tolerance
            order by known_reason is not null, metric, subject, other_source limit 200""",
        [f"{OTHERS}.{name}" for name in ("metric", "own_value", "other_value", "ratio", "is_within_tolerance", "known_reason")],
        is_wide=True,
        empty="Nothing is outside its tolerance.",
        columns=[
            Column("metric", "Metric", "text"), Column("subject", "Of", "text"), Column("other_source", "Source", "text"),
            Column("own_value", "Ours", "usd"), Column("other_value", "Theirs", "usd"), Column("ratio", "Ratio", "ratio"),
            Column("known_reason", "Known reason", "text"),
        ],
    ),
    Table(
        "restated", "What sources changed", "Figures that a source changed or took back after the fact, newest first.", f"""
            select known_at, fact, metric, subject, date, old_value, new_value
            from {CHANGED} order by known_at desc, fact, key, metric limit 200""",
        [f"{CHANGED}.{name}" for name in ("old_value", "new_value", "known_at", "first_known_at")],
        ignores=["date"],
        is_wide=True,
        empty="Nothing was changed or taken back.",
        columns=[
            Column("known_at", "Known since", "moment"), Column("fact", "Fact", "text"), Column("metric", "Figure", "text"),
            Column("subject", "Of", "text"), Column("date", "Day", "day"), Column("old_value", "Was", "exact"),
            Column("new_value", "Is", "exact"),
        ],
    ),
]  # fmt: skip
PAGE = Page(
    "quality", "Quality", "What was held back and why, how old is each source, and how far are other people's figures from ours?",
    [Section("The gate", GATED), Section("Freshness", AGE), Section("Other people's figures", AGAINST)],
    dated_by=GATE,
)  # fmt: skip
