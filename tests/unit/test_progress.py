"""Long work says how far it is, in a log too: one sentence, from counts and a clock that the test sets."""

from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from orchestration import progress
from orchestration.progress import Teller


def test_requests_time_and_what_is_left() -> None:
    at = [0.0]
    teller = Teller(now=lambda: at[0])
    assert teller.line() == "starting: 0 s so far"
    teller.begin("fetch_sources")
    at[0] = 120.0
    teller.listen("okx", 1000, 3000)
    teller.listen("gate", 200, 1000)
    assert teller.line() == "fetch sources: 1,200 of 4,000 requests, 2 min so far, about 5 min left"  # 120 s × 2800 ÷ 1200 = 280 s
    teller.begin("build_facts")
    at[0] = 7320.0
    assert teller.line() == "build facts: 2.0 h so far"


def test_nothing_is_foretold_from_a_few_answers() -> None:
    teller = Teller(now=lambda: 0.0)
    teller.begin("fetch_sources")
    teller.listen("okx", 3, 3000)
    assert teller.line() == "fetch sources: 3 of 3,000 requests, 0 s so far"


def test_without_a_terminal_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    said, text = threading.Event(), io.StringIO()

    class Told(Console):
        def print(self, *parts: object, **options: object) -> None:
            super().print(*parts, **options)  # type: ignore[arg-type]
            said.set()

    monkeypatch.setattr(progress, "SECONDS_A_LINE", 0.001)
    with progress.bars(Told(file=text)):
        listen = progress.current()
        assert listen
        progress.begin("fetch_sources")
        listen("okx", 1, 2)
        said.clear()
        assert said.wait(60)
    assert "fetch sources: 1 of 2 requests, 0 s so far" in text.getvalue()
    assert progress.current() is None
