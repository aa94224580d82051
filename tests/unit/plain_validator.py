"""The bounds of expectations in three lines of polars, in place of Great Expectations, whose start costs more than all tests of the gate.

Belongs here: that validator, for unit tests only; test_gate_validators.py holds it equal to Great Expectations. Whatever runs outside
of the tests cannot import it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from expectations.suite import Expectation
from expectations.verdicts import Failures, Frames


class PlainValidator:
    def failures(self, frames: Frames) -> dict[str, Failures]:
        return {fact: {one.name: _failing(one, frame[one.column]) for one in suite.expectations} for fact, (suite, frame) in frames.items()}

    def write_data_docs(self, directory: Path, run_id: str, judged_at: datetime) -> None:
        raise AssertionError("Data Docs are Great Expectations' own")


def _failing(expectation: Expectation, values: pl.Series) -> list[int]:
    minimum = float("-inf") if expectation.minimum is None else expectation.minimum
    maximum = float("inf") if expectation.maximum is None else expectation.maximum
    return (~values.cast(pl.Float64).fill_nan(None).is_between(minimum, maximum)).fill_null(False).arg_true().to_list()
