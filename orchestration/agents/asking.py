"""A program's query of the published file: under the same lock as `perps sql`, with an end to its time, memory, rows and size.

Belongs here: the limits and the answer as plain values. Does not: what a query may do (permitted.py), what it must not add up (rules.py).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration.agents.catalogue import columns_of
from orchestration.agents.rules import broken, rules_of
from orchestration.permitted import Limits, Queries, Result
from orchestration.published import published_file

MOST_ROWS, MOST_SECONDS, MOST_BYTES = 1000, 20.0, 200_000
ADVICE = "what is answered are queries (select, with, from, pivot, describe …), without any that writes, attaches or loads"
UNKNOWN = ("Catalog Error", "Binder Error")


@dataclass(frozen=True)
class Answer:
    """`cut_by`: why rows are missing at the end, or null. `warnings`: what the query seems to add up against a rule. `rules`: what to keep
    in mind of the tables that it reads."""

    columns: list[str]
    rows: list[list[Any]]
    cut_by: str | None
    warnings: list[str]
    rules: list[str]
    version: str
    is_simulated: bool


def answer(settings: Settings, query: str, most_rows: int = 100, seconds: float = MOST_SECONDS) -> Answer:
    """The answer to one query. Raises SettingsError for what is no query, is not allowed, or passes a limit."""
    most = min(max(most_rows, 1), MOST_ROWS)
    with Queries(published_file(settings), settings.data_dir, limits=Limits(most, seconds), advice=ADVICE) as queries:
        read = queries.tables(query)
        results = _results(queries, query)
        ((version, is_simulated),) = next(queries.ask("select version, is_simulated from quality.publication"))[1]
    if len(results) != 1:
        raise SettingsError(f"{len(results) or 'no'} answers in one call: send one query at a time")
    header, found = results[0]
    rows, cut_by = _fitting([[plain(value) for value in row] for row in found], most)
    tables = columns_of(settings, sorted(read))
    rules = list(dict.fromkeys(rule.text for name, columns in tables.items() for rule in rules_of(name, columns)))
    return Answer(header, rows, cut_by, broken(query, tables), rules, version, is_simulated)


def _results(queries: Queries, query: str) -> list[Result]:
    try:
        return list(queries.ask(query))
    except SettingsError as error:
        if str(error).startswith(UNKNOWN):
            raise SettingsError(f"{error}\nlist_tables names the tables, describe_table their columns") from None
        raise


def _fitting(rows: Sequence[list[Any]], most: int) -> tuple[list[list[Any]], str | None]:
    """As many rows as fit, and why not all."""
    kept: list[list[Any]] = []
    size = 0
    for row in rows[:most]:
        size += len(json.dumps(row, ensure_ascii=False).encode())
        if size > MOST_BYTES:
            return kept, f"{MOST_BYTES:,} bytes: name fewer columns, or add up first"
        kept.append(row)
    return kept, f"{most:,} rows: add up, or order and limit; at most {MOST_ROWS:,} are given" if len(rows) > most else None


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers stay numbers, a time is text in ISO 8601, what is no number is null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(one) for one in value]
    return value.hex() if isinstance(value, bytes) else str(value)
