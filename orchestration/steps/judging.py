"""Judging: the gate between facts and marts. It writes a verdict per fact, day and venue (or protocol)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from expectations.gate import data_docs_index, judge
from expectations.ledger import count_verdicts
from expectations.report import SuiteReport
from expectations.suites import SUITES
from ingestion.settings import Settings
from orchestration import compiled, pending, warehouse
from orchestration.locks import warehouse_lock
from orchestration.records import Checked, FilePath, Made, Markdown, Records
from orchestration.touched import NONE, Months

LEDGER_ASSET = ("quality", "gate_results")
GATE_CHECK = "gate_is_open"
JUDGED_FACTS = [suite.fact for suite in SUITES]


def check_name(fact: str) -> str:
    return f"{fact}_is_plausible"


def judge_facts(settings: Settings, run_id: str, is_shown: bool = True) -> Records:
    """Judge the months built since the last judgement, and the days that rest on them. A closed gate keeps them to be judged.

    `is_shown`: with pages of Data Docs, which another process writes a moment later.
    """
    with warehouse_lock(settings):
        owed = pending.debts(settings)
        docs = settings.data_dir / "quality" / "data_docs"
        where = partial(warehouse.read, settings) if settings.lake_catalog else settings.warehouse
        report = judge(
            where, settings.ledger_dir, owed.judge.listed(), run_id, datetime.now(UTC),
            first_day=owed.judge.first, by_month=_by_month(settings), delivered=owed.delivered.listed(),
            data_docs=docs if is_shown else None,
        )  # fmt: skip
        if owed.judge and report.is_open:
            ledger = next(node.id for node in compiled.plan(settings).sources if node.schema == "quality")
            verdicts = Months.of(report.months_changed, report.first_day_changed)
            told = owed.with_built({ledger: verdicts}) if verdicts else owed
            pending.owe(settings, replace(told, judge=NONE, delivered=NONE))
    yield Made(
        LEDGER_ASSET,
        {
            "dagster/row_count": count_verdicts(settings.ledger_dir),
            "judged": report.subject_days,
            "held back": report.failed_subject_days,
            "months judged": "all" if owed.judge.is_all else ", ".join(owed.judge.listed() or []) or "none",
            "data docs": FilePath(data_docs_index(docs)),
        },
    )
    for suite in report.suites:
        metadata: dict[str, Any] = {
            "held back": suite.failed_subject_days,
            "judged": suite.subject_days,
            "expectations": Markdown(_table(suite)),
        }
        if newest := _newest(suite):
            metadata["newest failures"] = newest
        yield Checked(LEDGER_ASSET, check_name(suite.fact), suite.passed, metadata=metadata)
    reasons = {"reasons": "; ".join(report.reasons) or "open"}
    yield Checked(LEDGER_ASSET, GATE_CHECK, report.is_open, metadata=reasons, is_blocking=True)


def _by_month(settings: Settings) -> set[str]:
    """Facts that are always made again by whole months."""
    return {node.name for node in compiled.plan(settings).of_layers("facts") if node.days_before is None}


def _newest(suite: SuiteReport) -> str:
    """Which subject-days the critical expectations hold back, a few of each."""
    failing = [one for one in suite.expectations if one.unexpected and one.severity == "critical"]
    return "; ".join(f"{one.name} ({', '.join(one.sample[:3])})" for one in failing)


def _table(suite: SuiteReport) -> str:
    """The suite's expectations, failing ones first."""
    lines = ["| expectation | severity | failed | of | newest failures |", "| --- | --- | ---: | ---: | --- |"]
    for one in sorted(suite.expectations, key=lambda e: -e.unexpected):
        lines.append(f"| {one.name}: {one.expected} | {one.severity} | {one.unexpected} | {one.evaluated} | {', '.join(one.sample[:3])} |")
    return "\n".join(lines)
