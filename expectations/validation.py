"""Great Expectations over profiles: which rows fail which expectation, and the same as Data Docs.

Belongs here: everything that knows Great Expectations. Does not: rules (suites/), what follows from a failure (verdicts.py). Importing
it costs seconds, so it is imported in a process of its own (judge_process.py) and nowhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.compatibility import pydantic
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig
from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier, ValidationResultIdentifier
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.suite import Expectation, Suite

# Of each fact its suite and its figures: column → values, None where not evaluated.
Figures = Mapping[str, tuple[Suite, Mapping[str, Sequence[float | None]]]]


class ExpectFigureToBeBetween(ExpectColumnValuesToBeBetween):
    """The library's own, which describes itself anew a hundred times in one validation: here once."""

    _described: Any = pydantic.PrivateAttr(default=None)

    @property
    def configuration(self) -> Any:
        if self._described is None:
            self._described = super().configuration
        return self._described


class Validation:
    """One judgement after another; remembers the last for its Data Docs."""

    def __init__(self) -> None:
        stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        context = gx.get_context(mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=stores))
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        frames = context.data_sources.add_pandas("facts").add_dataframe_asset("profiles")
        self._profile = frames.add_batch_definition_whole_dataframe("profile")
        self._results: dict[str, Any] = {}

    def failures(self, figures: Figures) -> dict[str, dict[str, list[int]]]:
        """Fact → expectation → the rows that fail it; row numbers cost half as much again, so they are asked for only where some fail."""
        self._results, found = {}, {}
        for fact, (suite, columns) in figures.items():
            batch = self._profile.get_batch({"dataframe": pd.DataFrame(columns, dtype="float64")})
            self._results[fact] = batch.validate(_suite(fact, suite.expectations), result_format="BASIC")
            failing = {_name(result) for result in self._results[fact].results if not _succeeded(result)}
            found[fact] = {expectation.name: list[int]() for expectation in suite.expectations}
            if failing:
                closer = _suite(fact, (one for one in suite.expectations if one.name in failing))
                validation = batch.validate(closer, result_format="COMPLETE")
                found[fact] |= {_name(result): list(result.result["unexpected_index_list"]) for result in validation.results}
        return found

    def write_data_docs(self, directory: Path, run_id: str, judged_at: datetime) -> None:
        """Write the last judgement as the library's HTML site under `directory`, in place of the one there."""
        beside = directory.with_name(f"{directory.name}.building")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        context = gx.get_context(mode="file", project_root_dir=beside)
        for fact, validation in self._results.items():
            suite = ExpectationSuiteIdentifier(name=fact)
            run = RunIdentifier(run_name=run_id, run_time=judged_at)
            context.validation_results_store.store_validation_results(
                suite_validation_result=validation,
                suite_validation_result_identifier=ValidationResultIdentifier(
                    expectation_suite_identifier=suite, run_id=run, batch_identifier=fact
                ),
                expectation_suite_identifier=suite,
            )
        context.build_data_docs()
        directory.mkdir(exist_ok=True)
        shutil.rmtree(directory / "gx", ignore_errors=True)
        (beside / "gx").rename(directory / "gx")
        shutil.rmtree(beside)


def _suite(fact: str, expectations: Iterable[Expectation]) -> Any:
    """Every rule is a bound on a column; NaN is not evaluated."""
    return gx.ExpectationSuite(
        name=fact,
        expectations=[
            ExpectFigureToBeBetween(
                column=expectation.column,
                min_value=expectation.minimum,
                max_value=expectation.maximum,
                severity=FailureSeverity(expectation.severity),
                description=f"{expectation.name} ({expectation.column} {expectation.expected}): {expectation.reason}",
                meta={"name": expectation.name},
            )
            for expectation in expectations
        ],
    )


def _name(result: Any) -> str:
    return str(result.expectation_config.meta["name"])


def _succeeded(result: Any) -> bool:
    """Whether no row failed; an expectation that could not run is an error, never a pass."""
    if result.exception_info and result.exception_info.get("raised_exception"):
        raise RuntimeError(f"expectation {_name(result)} could not be evaluated: {result.exception_info.get('exception_message')}")
    return bool(result.success)
