"""Whether rows are the same, told without keeping them: a count and two sums of row hashes by day, whatever the order of the rows.

Belongs here: reading tokens of an attached database, each part once. Does not: what follows from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

import duckdb

from orchestration.publication.relations import Relation, number_of, part_of

Parts = dict[str, tuple[int, str]]  # rows and token by part


class Sums(NamedTuple):
    """Of some rows: how many, and their hashes added and mixed (equal rows vanish in one of the two, never in both)."""

    rows: int
    added: int
    mixed: int

    @classmethod
    def of(cls, several: Iterable[Sums]) -> Sums:
        rows = added = mixed = 0
        for one in several:
            rows, added, mixed = rows + one.rows, added + one.added, mixed ^ one.mixed
        return cls(rows, added, mixed)


Days = Mapping[int | None, Sums]  # by day of a part


class Tokens:
    """Tokens of one attached database; what was read is remembered. `known` is what is known of its parts, or of what they were."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: str, known: Mapping[tuple[str, str], Days]) -> None:
        self._connection, self._database = connection, database
        self._known = dict(known)

    def parts(self, one: Relation, parts: Collection[str] | None = None, since: date | None = None) -> Parts:
        """Rows and token of each part of the relation, or of these parts only. A part without rows is none.

        `since`: where a part is known, its days before this one are as they were, and not read.
        """
        asked = [part for name, part in self._known if name == one.name and (parts is None or part in parts)]
        before = {part: self._known.pop((one.name, part)) for part in asked}
        if since and not all(part in before or part > f"{since:%Y-%m}" for part in parts or ()):
            since = None
        found = self._read(one, "true" if parts is None else one.of_parts(parts, since))
        for part, days in before.items():
            found[part] |= {day: sums for day, sums in days.items() if since and day is not None and day < number_of(since)}
        for part, every in found.items():
            self._known[one.name, part] = every
        return {part: _token(Sums.of(every.values())) for part, every in sorted(found.items()) if every}

    def known(self, one: Relation, parts: Iterable[str]) -> dict[str, Days]:
        """By part and day what is known of these, without a look."""
        return {part: self._known[one.name, part] for part in parts if (one.name, part) in self._known}

    def days(self, one: Relation, part: str) -> Days:
        """The same by day, within a part."""
        if (one.name, part) not in self._known:
            self.parts(one, [part])
        return self._known.get((one.name, part), {})

    def of_days(self, one: Relation, where: str) -> Days:
        """By day, of the rows that meet a condition, as they are now."""
        return {day: sums for days in self._read(one, where).values() for day, sums in days.items()}

    def count(self, one: Relation) -> int:
        row = self._connection.execute(f"select count(*) from {one.stored_in(self._database)}").fetchone()
        return int(row[0]) if row else 0

    def _read(self, one: Relation, where: str) -> defaultdict[str, dict[int | None, Sums]]:
        """Sums by part and day; one part of one day where a table has none."""
        columns = ", ".join(map(str, one.columns))
        sums = f"count(*) as total, sum(hash({columns})) as added, bit_xor(hash({columns})) as mixed"
        query = f"select {one.day} as day_of_row, {sums} from {one.rows_in(self._database)} where {where} group by day_of_row"
        found: defaultdict[str, dict[int | None, Sums]] = defaultdict(dict)
        for day, *figures in self._connection.execute(query).fetchall():
            if figures[0]:
                found[part_of(one, day)][day] = Sums(*figures)
        return found


def _token(every: Sums) -> tuple[int, str]:
    return every.rows, f"{every.rows}-{every.added:x}-{every.mixed:x}"
