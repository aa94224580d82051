"""The gate: a node between facts and marts. It writes a verdict per fact, day and venue (or protocol)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from filelock import FileLock

from expectations.report import SuiteReport
from expectations.suites import SUITES
from ingestion.settings import load_settings
from orchestration import pending
from orchestration.tags import GATE_CHECK, GATE_KEY, OWNER

JUDGED_FACTS = [suite.fact for suite in SUITES]


def _fact_key(fact: str) -> dg.AssetKey:
    return dg.AssetKey(["facts", fact])


def _check_name(fact: str) -> str:
    return f"{fact}_is_plausible"


def _checks() -> list[dg.AssetCheckSpec]:
    held = "Every venue-day (or protocol-day) judged is plausible; those that are not are held back from the marts."
    open_ = "Facts arrived and most venue-days are plausible; otherwise no mart is built and the last publication stays."
    return [
        *(dg.AssetCheckSpec(_check_name(fact), asset=GATE_KEY, description=held) for fact in JUDGED_FACTS),
        dg.AssetCheckSpec(GATE_CHECK, asset=GATE_KEY, description=open_, blocking=True),
    ]


@dg.multi_asset(
    name="judge_facts",
    specs=[
        dg.AssetSpec(
            GATE_KEY,
            deps=[_fact_key(fact) for fact in JUDGED_FACTS],
            group_name="quality",
            kinds={"python", "greatexpectations"},
            owners=[OWNER],
            description="The verdict ledger: fact, venue or protocol, day, suite, passed, and which expectations failed.",
        )
    ],
    check_specs=_checks(),
)
def judge_facts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Judge the months built since the last judgement, and the two weeks after them."""
    from expectations.gate import data_docs_index, judge

    settings = load_settings()
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.state_dir / "warehouse.lock"):
        months = pending.months_to_judge(settings)
        docs = settings.data_dir / "quality" / "data_docs"
        report = judge(settings.warehouse, settings.ledger_dir, months, context.run.run_id, datetime.now(UTC), data_docs=docs)
    if report.is_open:  # else these months stay to be judged, and the gate closed, until something changes
        pending.mark_judged(settings)
    metadata: dict[str, Any] = {
        "dagster/row_count": report.subject_days,
        "held back": report.failed_subject_days,
        "months judged": "all" if months is None else ", ".join(months) or "none",
        "data docs": dg.MetadataValue.path(str(data_docs_index(docs))),
    }
    yield dg.MaterializeResult(asset_key=GATE_KEY, metadata=metadata)
    for suite in report.suites:
        yield dg.AssetCheckResult(
            asset_key=GATE_KEY,
            check_name=_check_name(suite.fact),
            passed=suite.passed,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "held back": suite.failed_subject_days,
                "newest": _newest(suite),
                "judged": suite.subject_days,
                "expectations": dg.MetadataValue.md(_table(suite)),
            },
        )
    yield dg.AssetCheckResult(
        asset_key=GATE_KEY,
        check_name=GATE_CHECK,
        passed=report.is_open,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"reasons": "; ".join(report.reasons) or "open"},
    )


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
