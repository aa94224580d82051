"""What a session holds between two commits, and how it is written: landing first, then raw.

Belongs here: bodies and rows until they are on disk. Does not: when that is (session), or what is new (store/raw).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl
from filelock import FileLock

from ingestion.errors import BadAnswer, SourceError
from ingestion.run import drift
from ingestion.run.outcome import EntityOutcome
from ingestion.run.source import Source
from ingestion.settings import Settings
from ingestion.store import landing
from ingestion.store.buffer import Buffer, Rows
from ingestion.store.fitting import WITHDRAWN
from ingestion.store.raw import RawTable
from ingestion.store.turns import writing
from ingestion.wire.cover import Cover
from ingestion.wire.payload import Payload

SETTLE_ROWS = 20_000  # rows of one entity that wait as Python values to be typed


@dataclass
class Holding:
    """Bodies, and the rows that were read of them."""

    source: Source
    buffers: dict[str, Buffer] = field(default_factory=dict)
    payloads: list[Payload] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)  # hashes of bodies that no row came of, and that are landed all the same
    body_bytes: int = 0

    def add_body(self, payload: Payload) -> None:
        self.payloads.append(replace(payload))  # without what was decoded of it
        self.body_bytes += len(payload.body)

    def add_rows(self, entity: str, rows: Rows, payload: Payload, cover: Cover | None) -> int:
        """Keep an answer's rows; returns how many. Raises ValueError when they have other columns than the entity."""
        return self.buffers.setdefault(entity, Buffer(self.source.entity(entity))).add(rows, payload, cover)

    @property
    def bytes(self) -> int:
        """About how much memory is held."""
        return self.body_bytes + sum(buffer.bytes for buffer in self.buffers.values())

    def untyped(self) -> list[Buffer]:
        """Buffers in which much waits to be typed."""
        return [buffer for buffer in self.buffers.values() if buffer.rows >= SETTLE_ROWS]


@dataclass(frozen=True)
class Writer:
    """Writes what one session held, and counts it in its outcomes."""

    source: Source
    settings: Settings
    tables: Mapping[str, RawTable]
    outcomes: Mapping[str, EntityOutcome]
    note: Callable[[str, SourceError], None]
    now: Callable[[], datetime]
    is_landed: bool

    def write(self, held: Holding) -> None:
        """Nothing is lost or doubled by a kill in between. What was held is let go of on the way."""
        lock = self.settings.state_dir / f"raw-{self.source.name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with writing(self.settings.state_dir), FileLock(lock):
            fresh, bad, fits = {}, {}, {}
            for name in list(held.buffers):  # one by one: what is new is a copy of most of it
                fresh[name], bad[name], fits[name] = self._new_of(name, held.buffers.pop(name))
            if not self.is_landed:
                new = [rows for months in fresh.values() for rows in months.values()]
                kept = held.unread.union(*(rows["_payload_sha256"] for rows in (*bad.values(), *new)))
                landing.write(self.settings.landing_dir, [payload for payload in held.payloads if payload.sha256 in kept])
            held.payloads.clear()
            for name, months in fresh.items():
                self.tables[name].add(months)
                self._set_aside(name, bad[name])
                self._count(self.outcomes[name], months, fits[name], bad[name])

    def note_all(self, problems: Iterable[BadAnswer]) -> None:
        for problem in problems:
            self.note(problem.endpoint, problem)

    def _new_of(self, name: str, buffer: Buffer) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, int]:
        """What a buffer has for raw, by month; what is set aside; and how many rows fitted."""
        self.note_all(buffer.settle())
        good, bad = buffer.fitted()
        fresh = self.tables[name].new_versions(good, buffer.spans(good, bad))
        for detail in () if self.is_landed else drift.differences(self.tables[name], good, self.now()):
            advice = "look whether the adapter and its staging model still read it right; from now on it counts as known"
            self.outcomes[name].failures.append(BadAnswer(self.source.name, name, detail, advice=advice))
        return fresh, bad, len(good)

    def _set_aside(self, name: str, bad: pl.DataFrame) -> None:
        for (sha,), rows in bad.partition_by("_payload_sha256", as_dict=True).items():
            landing.write_parquet(rows, self.settings.raw_dir / "_quarantine" / self.source.name / name / f"{sha}.parquet")

    @staticmethod
    def _count(outcome: EntityOutcome, months: Mapping[str, pl.DataFrame], fitted: int, bad: pl.DataFrame) -> None:
        outcome.rows_added += sum(len(rows) for rows in months.values())
        outcome.rows_fitted += fitted
        outcome.rows_withdrawn += sum(int(rows[WITHDRAWN].sum()) for rows in months.values())
        outcome.rows_quarantined += len(bad)
        outcome.quarantined_because = outcome.quarantined_because or next(iter(bad["reason"]), "")
        outcome.months |= set(months)
