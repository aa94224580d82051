"""Building the warehouse: runs the plan's statements in DuckDB, each relation in a transaction of its own, and its checks after it.

Belongs here: how a relation comes about. Does not: which days of it (touched.py), data tests (checking.py), locks and state (steps/).
A whole build makes every relation anew; otherwise tables are refilled, incremental ones in their touched months or days only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import duckdb

from ingestion.errors import PerpsError
from orchestration import checking
from orchestration.environment import DBT_PROJECT_DIR
from orchestration.plan import Node, Plan
from orchestration.records import Checked, Made, Markdown, Record
from orchestration.touched import ALL, WHOLE, Due, Months
from orchestration.warehouse import ONE_THREAD, describe, literal

TOUCHED = re.compile(r"/\*touched\*/.*?/\*end touched\*/", re.DOTALL)
LISTS = ("touched_months", "touched_mart_months")  # as the models call them
FIRST_ROWS = 20


class BuildError(PerpsError):
    """A relation could not be built or a data test that blocks failed; the message lists them."""


@dataclass
class Building:
    """One build: which nodes, which months of each, and what came of it."""

    plan: Plan
    connection: duckdb.DuckDBPyConnection
    due: Mapping[str, Due]
    is_whole: bool
    broken: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def run(self, nodes: Sequence[Node]) -> Iterator[Record]:
        """Build these in the plan's order, without those done and what needs a broken one; raises BuildError when something broke."""
        self.connection.execute(ONE_THREAD if self._is_short() else "reset threads")
        checks = [check for check in self.plan.checks if self._is_due(check, {node.id for node in nodes})]
        for node in nodes:
            if node.id not in self.due or node.id in self.done or (self.broken and self.broken.keys() & self.plan.upstream(node)):
                continue
            began = time.perf_counter()
            try:
                rows = build(self, node)
            except duckdb.Error as error:
                self.broken[node.id] = f"{node.name}: {str(error).strip()}"
                continue
            self.done.add(node.id)
            if node.is_table or self.is_whole:
                yield Made(node.asset, {"seconds": round(time.perf_counter() - began, 3), **rows, **self._first_rows(node)})
            ready = [check for check in checks if node.id in check.needs and not (set(check.needs) & set(self.due)) - self.done]
            yield from self._judged(ready, node)
        if self.broken:
            told = list(self.broken.values())
            raise BuildError("; ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else ""))

    def _is_short(self) -> bool:
        """A few days. What never goes by days is small, as long as it is a few months."""
        found = [(self.plan.by_id[name], one.rebuilt) for name, one in self.due.items()]
        by_month = [(node, months) for node, months in found if node.kind == "incremental"]
        return not self.is_whole and all(
            months.is_short and (months.first is not None or node.days_before is None) for node, months in by_month
        )

    def _is_due(self, check: checking.Check, building: set[str]) -> bool:
        """Tests of what is built, once all that they read is there."""
        mine = {check.attached} if check.attached else set(check.needs)
        return bool(mine & building & set(self.due))

    def _judged(self, ready: Sequence[checking.Check], node: Node) -> Iterator[Checked]:
        for check in ready:
            attached = check.attached or node.id
            written = self.due.get(attached, WHOLE).rebuilt
            _tell(self.connection, ("written_months",), written, written.first)
            sql = check.sql if written.names else everything(check.sql)
            result = checking.judge(self.connection, check, sql, self.plan.by_id[attached].asset)
            if not result.passed and check.is_error:
                self.broken[attached] = str(
                    result.metadata.get("problem") or f"{check.name}: {result.metadata['failing rows']} failing rows"
                )
            yield result

    def _first_rows(self, node: Node) -> dict[str, Markdown]:
        """The first rows of a table whose `meta` names an order for them: small tables that are read in the UI."""
        if not node.first_rows_by:
            return {}
        cursor = self.connection.execute(f"select * from {node.relation} order by {node.first_rows_by} limit {FIRST_ROWS}")
        names = [column[0] for column in cursor.description or []]
        lines = [names, ["---"] * len(names), *([str(value) for value in row] for row in cursor.fetchall())]
        return {"first rows": Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))}


def rewritten(plan: Plan, due: Mapping[str, Due]) -> dict[str, Months]:
    """Per relation that a build rewrites the months and days of it."""
    found = [(plan.by_id[name], one.rebuilt) for name, one in due.items()]
    return {f"{node.schema}.{node.name}": months if node.kind == "incremental" else ALL for node, months in found}


def build(building: Building, node: Node) -> dict[str, int]:
    """Make or refill one relation; a table says how many rows it has then."""
    connection, due = building.connection, building.due[node.id]
    if node.kind == "view":
        if building.is_whole:
            connection.execute(f"create or replace view {node.relation} as {everything(node.sql)}")
        return {}
    _tell(connection, LISTS, due.base, due.rebuilt.first if node.kind == "incremental" else None)
    connection.execute(f"set variable all_versions = {node.reads_versions}")
    with _transaction(connection):
        if node.kind == "incremental" and not building.is_whole and not due.rebuilt.is_all:
            _replace(connection, node, due)
            return {"dagster/row_count": _count(connection, node)}
        if building.is_whole:
            _create(connection, node)
        else:
            connection.execute(f"delete from {node.relation}")
        if not (building.is_whole and node.kind == "table" and not node.has_contract):
            # rows in the order of their time: whoever reads some days then skips the blocks of all others
            rows = _query(node, due.base)
            if node.kind == "incremental":
                rows = f'select * from ({rows}\n) order by "{node.day or "month"}"'
            connection.execute(f"insert into {node.relation} by name {rows}")
    return {"dagster/row_count": _count(connection, node)}


def _replace(connection: duckdb.DuckDBPyConnection, node: Node, due: Due) -> None:
    """The touched months, or their days from the first touched one on. The query still sees what it replaces."""
    first = due.rebuilt.first
    since = f' and "{node.day}" >= {_day(first)}' if first else ""
    connection.execute(f"create or replace temp table written as {_query(node, due.base)}")
    connection.execute(f"delete from {node.relation} where month in ({_literals(due.rebuilt)}){since}")
    connection.execute(f"insert into {node.relation} by name from written")


def _create(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    """An empty table with the declared columns, their descriptions in it; without a contract the query says which, and fills it."""
    if node.kind != "seed" and not node.has_contract:
        connection.execute(f"create or replace table {node.relation} as {everything(node.sql)}")
        return
    columns = ", ".join(f'"{name}" {data_type}' for name, data_type in node.columns.items())
    connection.execute(f"create or replace table {node.relation} ({columns})")
    if node.has_contract:
        _check_contract(connection, node)
    describe(connection, "table", node.relation, node.comment, node.column_comments)


def _check_contract(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    """The query's columns are the declared ones, name by name and type by type; nothing is cast on the way in."""
    declared = {row[0]: row[1] for row in connection.execute(f"describe {node.relation}").fetchall()}
    found = {row[0]: row[1] for row in connection.execute(f"describe {everything(node.sql)}").fetchall()}
    if declared != found:
        differ = sorted(set(declared.items()) ^ set(found.items()))
        raise duckdb.BinderException(f"the query differs from the contract in {', '.join(f'{name} {kind}' for name, kind in differ)}")


def _query(node: Node, months: Months) -> str:
    if node.kind != "seed":
        return everything(node.sql) if months.is_all else node.sql
    values = ", ".join(f'cast(nullif("{name}", \'\') as {data_type}) as "{name}"' for name, data_type in node.columns.items())
    return f"select {values} from read_csv({literal(str(DBT_PROJECT_DIR / node.sql))}, header = true, all_varchar = true, delim = ',')"


def everything(sql: str) -> str:
    """The compiled query without its predicates on touched months."""
    return TOUCHED.sub("1 = 1", sql)


def _tell(connection: duckdb.DuckDBPyConnection, names: Sequence[str], months: Months, first: date | None) -> None:
    """The months that the next query asks for, and the first day of them, as variables of the session."""
    for name in names:
        connection.execute(f"set variable {name} = cast([{_literals(months)}] as varchar[])")
    connection.execute(f"set variable first_day = {_day(first)}")


def _day(day: date | None) -> str:
    return f"date '{day}'" if day else "cast(null as date)"


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _count(connection: duckdb.DuckDBPyConnection, node: Node) -> int:
    row = connection.execute(f"select count(*) from {node.relation}").fetchone()
    return int(row[0]) if row else 0


def _literals(months: Months) -> str:
    return ", ".join(literal(name) for name in sorted(months.names))
