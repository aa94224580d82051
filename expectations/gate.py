"""The gate: judges the touched days of every fact and keeps the verdict ledger.

Belongs here: the public functions, and everything that knows Great Expectations. Does not: rules (suites/), SQL, DuckDB (profiling.py).
Great Expectations is slow to import, so it is imported where it is used.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.arrival import ARRIVAL, arrival_frame, closing_reasons
from expectations.ledger import ensure_ledger, replace_verdicts
from expectations.profiling import read_profiles
from expectations.report import GateReport, SuiteReport
from expectations.suite import Suite
from expectations.suites import SUITES
from expectations.verdicts import Verdict, suite_report, verdicts
from expectations.windows import judged_windows, touched_windows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GateReport", "ensure_ledger", "judge", "write_data_docs"]


def judge(warehouse: Path, ledger: Path, months: Sequence[str] | None, run_id: str, now: datetime) -> GateReport:
    """Judge the closed UTC days of the touched months (None: all days) and those that rest on them; write their verdicts."""
    touched, windows = touched_windows(months, now), judged_windows(months, now)
    profiles = read_profiles(warehouse, SUITES, touched, windows, now)
    frames = {fact: (profile.suite, profile.frame) for fact, profile in profiles.items()}
    frames[ARRIVAL.fact] = (ARRIVAL, arrival_frame(profiles, now.astimezone(UTC).date()))
    validations = _validate(frames)
    judged: list[Verdict] = []
    reports: dict[str, SuiteReport] = {}
    for fact, (suite, frame) in frames.items():
        failures = _failures(validations[fact])
        given = verdicts(suite, frame, failures, run_id, now.astimezone(UTC))
        reports[fact] = suite_report(suite, frame, failures, given, touched)
        judged += given if suite is not ARRIVAL else []
    arrival = reports.pop(ARRIVAL.fact)
    complete = [fact for fact, profile in profiles.items() if not profile.missing_columns]
    return GateReport(
        run_id=run_id,
        judged_at=now.astimezone(UTC),
        suites=tuple(reports.values()),
        arrival=arrival,
        reasons=tuple(closing_reasons(profiles, reports.values(), has_days=bool(touched))),
        verdicts_changed=replace_verdicts(ledger, judged, complete, windows),
        validations=validations,
    )


def write_data_docs(report: GateReport, directory: Path) -> Path:
    """Write the latest judgement as Great Expectations' HTML site under `directory`, replacing the one there; returns its index."""
    gx = _great_expectations()
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier, ValidationResultIdentifier

    shutil.rmtree(directory / "gx", ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    context = gx.get_context(mode="file", project_root_dir=directory)
    for fact, validation in report.validations.items():
        suite_identifier = ExpectationSuiteIdentifier(name=fact)
        context.validation_results_store.store_validation_results(
            suite_validation_result=_shortened(validation),
            suite_validation_result_identifier=ValidationResultIdentifier(
                expectation_suite_identifier=suite_identifier,
                run_id=RunIdentifier(run_name=report.run_id, run_time=report.judged_at),
                batch_identifier=fact,
            ),
            expectation_suite_identifier=suite_identifier,
        )
    context.build_data_docs()
    return directory / "gx" / "uncommitted" / "data_docs" / "local_site" / "index.html"


def _great_expectations() -> Any:
    """The library, told first to send nothing home."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def _validate(frames: Mapping[str, tuple[Suite, pd.DataFrame]]) -> dict[str, Any]:
    """One validation per suite over its whole profile, in a context that leaves nothing behind."""
    gx = _great_expectations()
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    in_memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=in_memory))
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("profiles")
    validations = {}
    for fact, (suite, frame) in frames.items():
        batch_definition = source.add_dataframe_asset(fact).add_batch_definition_whole_dataframe("profile")
        batch = batch_definition.get_batch({"dataframe": frame})
        validations[fact] = batch.validate(_gx_suite(gx, suite), result_format={"result_format": "COMPLETE"})
    return validations


def _gx_suite(gx: Any, suite: Suite) -> Any:
    """Every rule is a bound on a column; NaN is not evaluated."""
    return gx.ExpectationSuite(
        name=suite.fact,
        expectations=[
            gx.expectations.ExpectColumnValuesToBeBetween(
                column=expectation.column,
                min_value=expectation.minimum,
                max_value=expectation.maximum,
                severity=expectation.severity,
                description=f"{expectation.name} ({expectation.column} {expectation.expected}): {expectation.reason}",
                meta={"name": expectation.name},
            )
            for expectation in suite.expectations
        ],
    )


def _failures(validation: Any) -> dict[str, list[int]]:
    """The failing row numbers of each expectation; one that could not run is an error, never a pass."""
    failures = {}
    for result in validation.results:
        name = result.expectation_config.meta["name"]
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise RuntimeError(f"expectation {name} could not be evaluated: {result.exception_info.get('exception_message')}")
        failures[name] = list(result.result.get("unexpected_index_list") or [])
    return failures


def _shortened(validation: Any) -> Any:
    """A page shows samples: the lists of all failing rows would make it megabytes."""
    short = copy.deepcopy(validation)
    for result in short.results:
        for name in ("unexpected_list", "unexpected_index_list", "unexpected_index_query"):
            result.result.pop(name, None)
    return short
