"""What the processes do that are killed: a job of the chain, or a publication. Imported once by the server that forks them.

The chain is the command line's (`orchestration.runs.execute`). One thing differs: Great Expectations is in the process itself, imported
before the fork, for a process of its own costs seconds each time. Belongs here: that, and nothing that looks at what came of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from expectations import judge_process
from expectations.validation import Validation
from expectations.verdicts import Failures, Frames
from ingestion.settings import load_settings
from orchestration import progress, runs
from orchestration.environment import variables
from orchestration.publish import publish
from orchestration.steps import facts, fetching, judging, marts, publishing  # noqa: F401  (imported before the fork)

TABLES = ("marts.mart_a", "marts.mart_b_daily", "facts.fct_c_daily", "quality.gate_results")
ROWS = 2000


class Judge(judge_process.JudgeProcess):
    """Judges in this process, and writes no pages."""

    def start(self) -> None:
        """It is there."""

    def failures(self, frames: Frames) -> dict[str, Failures]:
        figures: dict[str, Any] = {
            fact: (suite, {name: frame[name].to_list() for name in suite.columns}) for fact, (suite, frame) in frames.items()
        }
        found: dict[str, Failures] = dict(Validation().failures(figures))
        return found

    def write_data_docs(self, directory: Path, run_id: str, judged_at: datetime) -> None:
        """The pages are no part of what is published."""


def job(environment: Mapping[str, str], name: str, days: tuple[date, date], told: Connection) -> None:
    """A job of the command line; exits with its code."""
    judge_process.shared = cache(Judge)
    progress.begin = told.send  # type: ignore[assignment]  # which step has begun, to the process that kills
    with variables(environment):
        outcome = runs.execute(name, days if name != "build" else None)
    if outcome.problems:
        print(*outcome.problems, sep="\n", file=sys.stderr, flush=True)
    os._exit(outcome.exit_code)


def publication(folder: Path, number: int) -> None:
    """A warehouse of which every row of every table carries the number, published."""
    settings = load_settings(_env_file=None, data_dir=folder)
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        for table in TABLES:
            warehouse.execute(f"create schema if not exists {table.split('.')[0]}")
            day = "date '2026-01-01' + cast(i // 25 as integer) as date, " if table.endswith("_daily") else ""
            warehouse.execute(f"create or replace table {table} as select {day}i, {number} as n from range({ROWS}) t(i)")
    publish(settings, f"run-{number}")
    os._exit(0)
