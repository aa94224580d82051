"""Data tests: the plan's queries that look for rows which must not be, run in DuckDB.

Belongs here: what a number of failing rows means. Does not: which tests are due (building.py).
"""

from __future__ import annotations

import duckdb

from orchestration.plan import Check
from orchestration.records import Asset, Checked

__all__ = ["Check", "judge"]


def judge(connection: duckdb.DuckDBPyConnection, check: Check, sql: str, asset: Asset) -> Checked:
    """Run one test. One that cannot run has failed, and says why."""
    limit = f" limit {check.limit}" if check.limit is not None else ""
    terms = f"{check.fail_calc}, {check.fail_calc} {check.error_if if check.is_error else check.warn_if}"
    try:
        row = connection.execute(f"select {terms} from ({sql}\n{limit}) as failing").fetchone()
    except duckdb.Error as error:
        problem = f"{check.name} cannot be evaluated: {str(error).strip()}"
        return Checked(asset, check.name, False, check.is_error, {"failing rows": 0, "problem": problem})
    failures, is_failed = row if row else (0, False)
    return Checked(asset, check.name, not is_failed, check.is_error, {"failing rows": int(failures or 0)})
