"""Rows of one entity between parsing and the next commit: as columns when they come, as typed frames soon after.

Belongs here: what is held, and how much it is. Does not: what fits (fitting), or when it is written (session).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ingestion.errors import BadAnswer
from ingestion.store import lines
from ingestion.store.columns import Columns, frame_of, spread
from ingestion.store.entity import Entity
from ingestion.store.fitting import ASKED, META, QUARANTINE, fit, raw_schema
from ingestion.store.lines import Lines
from ingestion.store.withdrawn import Answered, spans_of
from ingestion.wire.cover import Cover
from ingestion.wire.payload import Payload

BYTES_PER_VALUE = 60  # of a Python object and its place in a list

Rows = Columns | Lines | Sequence[Sequence[Any]] | pl.DataFrame
Parsed = Mapping[str, Rows]
"""What a parser gives: per entity, its columns; or tuples in the order of the entity's columns, or a frame with these columns as text."""

Part = tuple[Columns | Lines | pl.DataFrame, Payload]


class Buffer:
    """Rows of one entity with the payloads they came from, until the next commit."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.rows = 0  # not yet typed
        self._parts: list[Part] = []
        self._good: list[pl.DataFrame] = []
        self._bad: list[pl.DataFrame] = []
        self._typed_bytes = self._waiting = 0
        self._whole: list[Answered] = []

    @property
    def bytes(self) -> int:
        """About how much memory the rows take."""
        return self._typed_bytes + self._waiting * len(self.entity.columns) * BYTES_PER_VALUE

    def add(self, rows: Rows, payload: Payload, cover: Cover | None = None) -> int:
        """Keep an answer's rows; returns how many. Raises ValueError when they have other columns than the entity.

        `cover` is what the answer is whole for, if anything.
        """
        if isinstance(rows, pl.DataFrame):
            part: Columns | Lines | pl.DataFrame = rows.select(list(self.entity.columns))
        else:
            part = rows if isinstance(rows, Columns | Lines) else Columns.of_rows(self.entity, rows)
        self._parts.append((part, payload))
        if cover:
            self._whole.append(Answered((payload.fetched_at, payload.sha256, payload.run_id), cover, not part.height))
        self.rows += part.height
        self._waiting += 0 if isinstance(part, Lines) else part.height
        return part.height

    def settle(self) -> list[BadAnswer]:
        """Type what came since the last time. An answer that cannot be typed at all costs itself only, and is named."""
        parts, self._parts, self.rows, self._waiting = self._parts, [], 0, 0
        try:
            self._type(parts)
        except Exception:
            return [problem for part in parts if (problem := self._alone(part))]
        return []

    def fitted(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All rows so far, split into those that fit the entity and the quarantined."""
        self.settle()
        nothing, nothing_bad = pl.DataFrame(schema=raw_schema(self.entity)), pl.DataFrame(schema=QUARANTINE)
        return pl.concat([nothing, *self._good], rechunk=False), pl.concat([nothing_bad, *self._bad])

    def spans(self, good: pl.DataFrame, bad: pl.DataFrame) -> pl.DataFrame:
        """For which spans the answers are whole, given what was read of them (`fitted`)."""
        return spans_of(self.entity, good, bad, self._whole)

    def _alone(self, part: Part) -> BadAnswer | None:
        try:
            self._type([part])
        except Exception as error:
            payload, detail = part[1], f"unexpected values ({type(error).__name__}: {error})"
            return BadAnswer(payload.source, payload.endpoint, detail, advice=f"payload {payload.sha256[:12]} is in landing")
        return None

    def _type(self, parts: list[Part]) -> None:
        texts = [(part, payload) for part, payload in parts if isinstance(part, pl.DataFrame) and part.height]
        plain = [(part, payload) for part, payload in parts if isinstance(part, Lines)]
        fast = self._fast(plain) if plain else None
        read = [(part.slowly() if isinstance(part, Lines) and not fast else part, payload) for part, payload in parts]
        columns = [(part, payload) for part, payload in read if isinstance(part, Columns) and part.height]
        typed = [fast] if fast else []
        groups: list[tuple[pl.DataFrame, Sequence[Part]]] = [(pl.concat([part for part, _ in texts]), texts)] if texts else []
        groups += [(frame_of(self.entity, [part for part, _ in columns]), columns)] if columns else []
        typed += [fit(self.entity, _with_provenance(frame, group)) for frame, group in groups]
        self._good += [good for good, _ in typed]
        self._bad += [bad for _, bad in typed]
        self._typed_bytes += sum(int(frame.estimated_size()) for pair in typed for frame in pair)

    def _fast(self, plain: list[tuple[Lines, Payload]]) -> tuple[pl.DataFrame, pl.DataFrame] | None:
        """Rows of nothing but numbers; None when anything about them is odd: then they are read slowly, and its reasons count."""
        frame = lines.frame_of(self.entity, [part for part, _ in plain])
        if frame is None:
            return None
        good, bad = fit(self.entity, _with_provenance(frame, plain))
        return (good, bad) if bad.is_empty() else None


def _with_provenance(frame: pl.DataFrame, parts: Sequence[Part]) -> pl.DataFrame:
    payloads = [payload for _, payload in parts]
    origin = pl.DataFrame(
        [[one.fetched_at for one in payloads], [one.sha256 for one in payloads], [one.run_id for one in payloads]], schema=META
    )
    if any(one.asked for one in payloads):
        bounds = [one.asked or (None, None) for one in payloads]
        origin = origin.hstack(pl.DataFrame({name: [one[n] for one in bounds] for n, name in enumerate(ASKED)}, schema=ASKED))
    return frame.hstack(origin[spread([part.height for part, _ in parts])])
