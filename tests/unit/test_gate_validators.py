"""Great Expectations in its process: it finds what the plain validator of the other tests finds, shows it, and ends with its program."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import polars as pl
import pytest
from gate_facts import NOW, Facts
from plain_validator import PlainValidator

from expectations.arrival import ARRIVAL
from expectations.gate import data_docs_index
from expectations.judge_process import JudgeProcess
from expectations.suite import Suite
from expectations.suites import SUITES

ANYWHERE = (None, math.nan, math.inf, -math.inf, 0.0, -1.0, 1e300)
ALL = {suite.fact: suite for suite in (*SUITES, ARRIVAL)}


@pytest.fixture(scope="module")
def process() -> Iterator[JudgeProcess]:
    with JudgeProcess() as started:
        yield started


def at_the_bounds(suite: Suite) -> pl.DataFrame:
    """Every figure on each of its bounds, a hair beside them, and at all the odd values."""
    values: dict[str, list[float | None]] = {name: list(ANYWHERE) for name in suite.columns}
    for one in suite.expectations:
        for bound in (one.minimum, one.maximum):
            if bound is not None:
                values[one.column] += [bound, math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf)]
    longest = max(map(len, values.values()))
    return pl.DataFrame({name: pl.Series(list(islice(cycle(found), longest)), dtype=pl.Float64) for name, found in values.items()})


def test_the_plain_validator_finds_what_great_expectations_finds(process: JudgeProcess) -> None:
    frames = {fact: (suite, at_the_bounds(suite)) for fact, suite in ALL.items()}
    found = process.failures(frames)
    assert PlainValidator().failures(frames) == found
    for fact, (suite, frame) in frames.items():
        for one in suite.expectations:
            assert 0 < len(found[fact][one.name]) < frame.height, f"{fact} {one.name} is not tried"


def test_no_row_at_all_fails_nothing(process: JudgeProcess) -> None:
    frames = {fact: (suite, at_the_bounds(suite).clear()) for fact, suite in ALL.items()}
    assert process.failures(frames) == PlainValidator().failures(frames)


def test_data_docs_show_every_suite_and_are_written_when_a_verdict_changed(tmp_path: Path, process: JudgeProcess) -> None:
    facts, docs = Facts(tmp_path), tmp_path / "quality" / "data_docs"
    corrupt = "update facts.fct_candles_hourly set volume_base = {} where venue = 'binance' and opened_at = '2025-10-10 07:00:00+00'"
    facts.execute(corrupt.format(-1))
    written = []
    for change in ("select 1", "select 1", corrupt.format(1)):
        facts.execute(change)
        report = facts.judge(["2025-10"], validator=process, data_docs=docs)
        process.failures({})  # after the pages
        written.append(data_docs_index(docs).stat().st_mtime_ns)
        pages = [page.read_text() for page in data_docs_index(docs).parent.glob("validations/**/*.html")]
        assert len(pages) == len(SUITES) + 1
        assert any("Nothing trades a negative amount." in page for page in pages)
    assert report.changes == {date(2025, 10, 10): 1}
    assert written[0] == written[1] != written[2]
    assert {path.name for path in docs.parent.iterdir()} == {"gate_results", "data_docs"}


def test_pages_that_cannot_be_written_are_told_and_fail_no_judgement(
    tmp_path: Path, process: JudgeProcess, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    frames = {ARRIVAL.fact: (ARRIVAL, at_the_bounds(ARRIVAL))}
    found = process.failures(frames)
    process.write_data_docs(tmp_path / "file" / "docs", "run-1", NOW)
    assert process.failures(frames) == found
    assert "Data Docs were not written: NotADirectoryError" in caplog.text


def test_after_one_that_was_killed_there_is_another() -> None:
    frames = {ARRIVAL.fact: (ARRIVAL, at_the_bounds(ARRIVAL))}
    with JudgeProcess() as process:
        assert process._process
        process._process.kill()
        process.close()
        assert process.failures(frames) == PlainValidator().failures(frames)


def test_it_ends_with_its_program_however_that_ends() -> None:
    """It holds the error output of the program killed: that comes to its end only when both have."""
    killed = "import os; from expectations.judge_process import shared; shared().start(); os.kill(os.getpid(), 9)"
    ended = subprocess.run([sys.executable, "-c", killed], stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (-9, "")
