"""What is published of a warehouse: tables and views of the public schemas, and how their rows are cut and ordered.

A row belongs to a part (the month, for what has days) and within it to a day. A fact is published with one column more, `is_held_back`,
under `facts_all`; `facts` is a view of what passed. Belongs here: names, types, descriptions, cuts, order. Does not: reading rows, or
writing anything.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import duckdb

from orchestration.warehouse import address, literal

SCHEMAS = ("marts", "facts", "quality")
FACTS, EVERYTHING = "facts", "facts_all"  # what passed, and with it what was held back
PASSED = "marts.mart_published_days"  # of each fact the subjects' days that passed
SUBJECTS = ("coingecko_id", "venue", "protocol", "token", "asset", "subject")  # the first of them that a fact has is whose day was judged
SOURCE = "source"  # the warehouse, as a publication attaches it
OUR_OWN = "fetched_at"  # says when we asked, not what the market did: equal data publish equal tables
SIMULATED_NOTE = "SIMULATED DATA. "
MOMENTS = ("date", "hour", "opened_at", "settled_at", "started_at", "observed_at")  # the first of them that a table has dates its rows
Keys = Mapping[str, Sequence[str]]  # by `schema.table`
EPOCH, MICROSECONDS = date(1970, 1, 1).toordinal(), 86_400_000_000  # days are counted from the one, and have so many of the other
WHOLE, UNDATED = "", "undated"  # the part of a table without days; of a row without a day


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str

    def __str__(self) -> str:
        return '"' + self.name.replace('"', '""') + '"'


HELD_BACK = Column(
    "is_held_back", "BOOLEAN", "Whether the gate refused the row's day, or nobody judged it: then it is in facts_all alone, and in no mart."
)


SIMULATED = Column("is_simulated", "BOOLEAN", "Whether the row is of the simulated market of the demo, and of no real one.")


@dataclass(frozen=True)
class Relation:
    """A table or view as it is published: without our own columns, and with a column that says whether it is simulated.

    `schema` is the warehouse's; as text the relation is the address at which a publication keeps its rows.
    """

    schema: str
    table: str
    comment: str
    columns: tuple[Column, ...]
    is_view: bool
    is_simulated: bool
    key: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> Relation:
        """One of which only the name is known, `schema.table`."""
        schema, table = name.split(".", 1)
        return cls(schema, table, "", (), is_view=False, is_simulated=False)

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def is_fact(self) -> bool:
        return self.schema == FACTS and self.table.startswith("fct_")

    def __str__(self) -> str:
        return address(EVERYTHING if self.is_fact else self.schema, self.table)

    @property
    def served(self) -> str:
        """The address at which readers find what passed."""
        return address(self.schema, self.table)

    def stored_in(self, database: str) -> str:
        """Where its rows are, in the warehouse (`source`) or in the publication (`target`)."""
        return f"{database}.{self.served if database == SOURCE else self}"

    def rows_in(self, database: str) -> str:
        """The same with all its columns: whether a fact's row is held back is in the warehouse only known beside it."""
        if not self.is_fact or database != SOURCE:
            return self.stored_in(database)
        subject = self.subject
        if subject is None:
            return f"(select *, false as {HELD_BACK} from {self.stored_in(database)})"
        passed = (
            f"select venue_or_protocol, date - date '1970-01-01' as passed_on from {SOURCE}.{PASSED} where fact = {literal(self.table)}"
        )
        return (
            f"(select stored.*, passed.passed_on is null as {HELD_BACK} from {self.stored_in(database)} as stored "
            f"left join ({passed}) as passed on stored.{subject} = passed.venue_or_protocol and {self.day} = passed.passed_on)"
        )

    @property
    def subject(self) -> Column | None:
        """Whose day was judged; None: the fact is nobody's, or tells of other facts (`fact`)."""
        columns = {one.name: one for one in self.columns}
        return None if "fact" in columns else next((columns[name] for name in SUBJECTS if name in columns), None)

    @property
    def description(self) -> str:
        """What the table says of itself: the key is told in words, since a constraint would cost an index in every version."""
        names = ", ".join(self.key)
        told = [self.comment.replace(f"Grain: {names}.", "").strip(), f"Key: {names}." if names else ""]
        return (SIMULATED_NOTE if self.is_simulated else "") + " ".join(filter(None, told))

    @cached_property
    def told(self) -> dict[str, str]:
        """What a file says of itself beside its rows, for readers that have not the database: `columns` is JSON, a description by name."""
        columns = json.dumps({one.name: one.comment for one in self.published_columns}, ensure_ascii=False)
        return {"table": self.name, "description": self.description, "key": ", ".join(self.key), "columns": columns}

    @property
    def published_columns(self) -> tuple[Column, ...]:
        return (*self.columns, SIMULATED)

    @property
    def select(self) -> str:
        return ", ".join([*map(str, self.columns), f"{str(self.is_simulated).lower()} as is_simulated"])

    @cached_property
    def shape(self) -> str:
        """Equal for two relations whose rows may be compared; another one means writing the table anew."""
        parts = [self.is_simulated, self.description, *([one.name, one.type, one.comment] for one in self.columns)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @cached_property
    def moment(self) -> Column | None:
        """The column that dates a row; None: the table has no days."""
        dated = {one.name: one for one in self.columns if one.type == "DATE" or one.type.startswith("TIMESTAMP")}
        return next((dated[name] for name in MOMENTS if name in dated), None)

    @cached_property
    def day(self) -> str:
        """An expression: the day of a row (UTC), counted from 1970. A number, since a cast to a date costs more than the hash of a row."""
        if self.moment is None:
            return "cast(null as bigint)"
        return f"{self.moment} - date '1970-01-01'" if self.moment.type == "DATE" else f"epoch_us({self.moment}) // {MICROSECONDS}"

    @cached_property
    def order(self) -> str:
        """Day or hour first, then the rest of the key: readers skip row groups, and a month is at the end of the table.

        Of a table whose key nobody told, the names that lead the columns.
        """
        first = [] if self.moment is None else [self.moment]
        names = [one for name in self.key for one in self.columns if one.name == name]
        if names:
            return ", ".join(str(one) for one in dict.fromkeys([*first, *names]))
        for one in self.columns:
            if one != self.moment and not one.type.startswith(("VARCHAR", "DATE", "TIMESTAMP")):
                break
            names.append(one)
        return ", ".join(str(one) for one in dict.fromkeys([*first, *names]) or self.columns)

    def of_parts(self, parts: Collection[str], since: date | None = None) -> str:
        """A condition: rows of these parts, of none of their days before `since`."""
        if self.moment is None or not parts:
            return str(self.moment is None)
        return f"({' or '.join(_month_of(self.moment, part, since) for part in parts)})"

    def of_days(self, days: Collection[int | None]) -> str:
        """A condition: rows of these days, those that follow one another as one range."""
        if self.moment is None:
            return "true"
        known = sorted(day for day in days if day is not None)
        firsts = [day for day in known if day - 1 not in known]
        lasts = [day for day in known if day + 1 not in known]
        tests = [_between(self.moment, day_of(first), day_of(last + 1)) for first, last in zip(firsts, lasts, strict=True)]
        return f"({' or '.join([*tests, *([f'{self.moment} is null'] if None in days else [])])})"


def relations(connection: duckdb.DuckDBPyConnection, is_simulated: bool, wanted: Keys | None) -> dict[str, Relation]:
    """Tables and views of the attached `source` by `schema.table`, with their descriptions; of `wanted` only where it is given."""
    columns = defaultdict(list)
    query = "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() where database_name = 'source'"
    for schema, table, *column in connection.execute(f"{query} order by column_index").fetchall():
        if column[0] != OUR_OWN:
            columns[schema, table].append(Column(column[0], column[1], column[2] or ""))
    found = {}
    for schema, table, comment, is_view in _names(connection):
        key = (wanted or {}).get(f"{schema}.{table}", ())
        one = Relation(schema, table, comment or "", tuple(columns[schema, table]), is_view, is_simulated, tuple(key))
        one = replace(one, columns=(*one.columns, HELD_BACK)) if one.is_fact else one
        if wanted is None or one.name in wanted:
            found[one.name] = one
    return found


def _names(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None, bool]]:
    where = f"where database_name = 'source' and schema_name in ({', '.join(map(literal, SCHEMAS))})"
    parts = [f"select schema_name, {kind}_name, comment, {kind == 'view'} from duckdb_{kind}s() {where}" for kind in ("table", "view")]
    return connection.execute(f"{' union all '.join(parts)} order by 1, 2").fetchall()


def day_of(number: int) -> date:
    """The day that has this number."""
    return date.fromordinal(EPOCH + number)


def number_of(day: date) -> int:
    """The day, counted from 1970."""
    return day.toordinal() - EPOCH


def part_of(one: Relation, day: int | None) -> str:
    """The part to which rows of this day belong."""
    if one.moment is None:
        return WHOLE
    return UNDATED if day is None else f"{day_of(day):%Y-%m}"


def _month_of(moment: Column, part: str, since: date | None) -> str:
    """Rows of a month, as a range: row groups outside it are skipped."""
    if part == UNDATED:
        return f"{moment} is null"
    year, month = map(int, part.split("-"))
    return _between(moment, max(date(year, month, 1), since or date.min), date(year + month // 12, month % 12 + 1, 1))


def _between(moment: Column, start: date, end: date) -> str:
    """From one day on to another, which is excluded."""
    clock = "" if moment.type == "DATE" else " 00:00:00+00" if moment.type.endswith("ZONE") else " 00:00:00"
    return f"({moment} >= cast('{start}{clock}' as {moment.type}) and {moment} < cast('{end}{clock}' as {moment.type}))"
