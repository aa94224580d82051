"""GMX's weekly buybacks: one request for all weeks, kept as answered, versions of the running one, an answer that is none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BUYBACKS = all_sources()["gmx_buybacks"]
PATH = BUYBACKS.endpoint("weekly_stats").path
WEEK = 7 * 86_400
START = 1780444800  # 2026-06-03
DAY = Window(date(2026, 6, 14), date(2026, 6, 14))
NOW = datetime(2026, 6, 15, 0, 30, tzinfo=UTC)


def answer(running_end: int, running: str) -> dict[str, Any]:
    """As the interface's types have it; amounts of the week of 06-03 as third parties read them. No answer was recorded."""
    weeks = [(START, START + WEEK, "33820" + "0" * 18, "235281" + "0" * 18), (START + WEEK, running_end, running, "240000" + "0" * 18)]
    names = ("weekStart", "weekEnd", "weeklyAccrued", "cumulativeAccrued")
    summary = {"totalAccrued": "240000" + "0" * 18, "latestWeekAccrued": running, "weeksTracked": 2}
    return {"summary": summary, "weeks": [dict(zip(names, week, strict=True)) for week in weeks], "months": []}


def run(settings: Any, line: Any, window: Window | None = DAY) -> Any:
    (result,) = ingest(settings, [BUYBACKS], window, transports={"gmx_buybacks": line.transport}, clock=lambda: NOW)
    return result


def test_all_weeks_are_one_request_and_a_snapshot_asks_nothing(settings: Any, wire: Any, held: Any) -> None:
    line = wire(lambda request: answer(START + WEEK + 400, "1"))
    assert run(settings, line, None).problem is None
    assert line.asked == []
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == [PATH]
    assert [tuple(row.values())[:4] for row in held(settings, "gmx_buybacks", "weeks")] == [
        (START, START + WEEK, "33820" + "0" * 18, "235281" + "0" * 18),
        (START + WEEK, START + WEEK + 400, "1", "240000" + "0" * 18),
    ]


def test_the_running_week_adds_versions_and_a_finished_one_none(settings: Any, wire: Any, held: Any) -> None:
    for end, amount in ((400, "1"), (90_000, "2"), (WEEK, "5"), (WEEK, "5")):
        line = wire(lambda request, end=end, amount=amount: answer(START + WEEK + end, amount))
        assert run(settings, line).problem is None
    rows = held(settings, "gmx_buybacks", "weeks", ["week_start", "weekly_accrued"])
    assert sorted(row["weekly_accrued"] for row in rows if row["week_start"] != START) == ["1", "2", "5"]
    assert len(rows) == 4


@pytest.mark.parametrize("body", [httpx.Response(500, text="Internal Server Error"), {"error": "Not Found"}])
def test_an_answer_without_weeks_is_a_failure_and_no_rows(body: Any, settings: Any, wire: Any, held: Any) -> None:
    result = run(settings, wire(lambda request: body))
    assert result.status == "failed"
    assert held(settings, "gmx_buybacks", "weeks") == []
