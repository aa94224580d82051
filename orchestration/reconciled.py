"""What is apart from other people's figures without a known reason, for status and whoever else asks: from what is published.

Belongs here: the one question and its lines. Does not: how far two figures may be apart (seeds), how lines are shown (cli).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingestion.settings import Settings
from orchestration.published import ask, published_file

DAYS = 7  # of each comparison, back from its own newest day
# A choice of markets makes a venue's sum something else than the venue.
SUMS_OF_MARKETS = ("volume", "open_interest", "asset_open_interest")
QUERY = f"""
    select metric, subject, other_source, max(date), cast(count(*) as bigint), arg_max(ratio, date), max(tolerance_factor)
    from (
        select *, max(date) over (partition by metric, subject, other_source) as newest
        from mart_reconciliation_daily
    ) as comparisons
    where date > newest - {DAYS} and not is_within_tolerance and known_reason is null
    group by metric, subject, other_source
    order by metric, other_source, subject
"""


@dataclass(frozen=True)
class Unexplained:
    """One comparison whose newest days are outside its tolerance: how many of the last seven, and the newest ratio (ours ÷ theirs)."""

    metric: str
    subject: str
    other_source: str
    last_day: date
    days: int
    ratio: float | None
    tolerance_factor: float


def unexplained(settings: Settings) -> list[Unexplained]:
    """What is apart without a reason; nothing where nothing is published, or a version that has no such mart."""
    path = published_file(settings)
    if not path.exists() or not ask(path, "select 1 from duckdb_tables() where table_name = 'mart_reconciliation_daily'")[1]:
        return []
    lines = [Unexplained(*row) for row in ask(path, QUERY)[1]]
    is_all = settings.markets == "*"
    return [line for line in lines if is_all or line.metric not in SUMS_OF_MARKETS]
