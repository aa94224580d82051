"""Rows between parsing and the next commit, each with the payload it came from."""

from __future__ import annotations

from typing import Any

import polars as pl

from ingestion.entity import INSTANT, Entity
from ingestion.schemas import check_width, fit, frame_of
from ingestion.source import Payload


class Buffer:
    """Rows of one entity with the payloads they came from, until the next commit."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self._rows: list[Any] = []
        self._row_counts: list[tuple[int, Payload]] = []
        self._frames: list[pl.DataFrame] = []

    def add(self, rows: Any, payload: Payload) -> int:
        if isinstance(rows, pl.DataFrame):
            self._frames.append(_with_provenance(frame_of(self.entity, rows), [(len(rows), payload)]))
            return len(rows)
        check_width(self.entity, rows)
        before = len(self._rows)
        self._rows.extend(rows)
        self._row_counts.append((len(self._rows) - before, payload))
        return len(self._rows) - before

    def fitted(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All rows so far, split into those that fit the entity and the quarantined."""
        frames = list(self._frames)
        if self._rows or not frames:
            frames.append(_with_provenance(frame_of(self.entity, self._rows), self._row_counts))
        parts = [fit(self.entity, frame) for frame in frames]
        return pl.concat([good for good, _ in parts]), pl.concat([bad for _, bad in parts])


def _with_provenance(frame: pl.DataFrame, counts: list[tuple[int, Payload]]) -> pl.DataFrame:
    origin = pl.DataFrame(
        {
            "_n": [count for count, _ in counts],
            "_fetched_at": [payload.fetched_at for _, payload in counts],
            "_payload_sha256": [payload.sha256 for _, payload in counts],
            "_run_id": [payload.run_id for _, payload in counts],
        },
        schema={"_n": pl.Int64(), "_fetched_at": INSTANT, "_payload_sha256": pl.String(), "_run_id": pl.String()},
    )
    names = ["_fetched_at", "_payload_sha256", "_run_id"]
    spread = origin.filter(pl.col("_n") > 0).select([pl.col(name).repeat_by("_n") for name in names]).explode(names)
    return frame.hstack(spread)
