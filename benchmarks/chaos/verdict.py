"""What ingestion makes of answers that share a commit: check, parse, type, find new versions. The calls of a run, without a disk.

Belongs here: the verdict on each body. Does not: where bodies come from (corpus.py), how they are spoiled (mutations.py).
"""

from __future__ import annotations

import math
import re
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.errors import PerpsError
from ingestion.run.adapter import Adapter
from ingestion.store.buffer import Buffer
from ingestion.store.raw import RawTable
from ingestion.wire.payload import Payload

SECONDS = 5.0
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
ESCAPED, HANGS, REFUSED, UNREADABLE, ROWS = "escaped", "hangs", "refused", "unreadable", "rows"


class Hang(BaseException):
    """An answer took too long; no `except Exception` of a parser may catch it."""


@dataclass
class Verdict:
    """What became of a body: rows kept (per table, in the order of its columns) and set aside, or an error and where."""

    kind: str
    where: str = ""
    kept: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    set_aside: int = 0

    @property
    def rows(self) -> int:
        return sum(map(len, self.kept.values()))


def judged(source: Adapter, payload: Payload) -> Verdict:
    """Of one answer alone. Never raises: `escaped` is an exception where a run has no boundary that names the answer."""
    return judged_together(source, [payload])[0]


def judged_together(source: Adapter, payloads: Sequence[Payload]) -> list[Verdict]:
    """Of the answers of one endpoint that share a commit, each by itself. No body may be there twice."""
    buffers = {name: Buffer(source.entity(name)) for name in source.endpoint(payloads[0].endpoint).feeds}
    verdicts = [_guarded("parse", partial(_parsed, source, payload, buffers)) for payload in payloads]
    by_body = {payload.sha256: verdict for payload, verdict in zip(payloads, verdicts, strict=True)}
    committed = _guarded("commit", lambda: _typed(source, buffers, by_body))
    if committed.kind == ROWS:
        return verdicts
    if len(payloads) == 1:
        return [committed]
    return [judged(source, payload) for payload in payloads]  # who it was


def _guarded(step: str, work: Callable[[], Verdict]) -> Verdict:
    try:
        with _at_most(SECONDS):
            return work()
    except Hang:
        return Verdict(HANGS, step)
    except PerpsError:
        return Verdict(REFUSED, step)
    except Exception as error:  # check and parse have a boundary of their own in a run
        return Verdict(UNREADABLE if step != "commit" else ESCAPED, _place(error))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return Verdict(ESCAPED, _place(error))  # such as a panic of a library


def _parsed(source: Adapter, payload: Payload, buffers: dict[str, Buffer]) -> Verdict:
    source.check(payload)
    endpoint = source.endpoint(payload.endpoint)
    if endpoint.is_json:
        payload.must_be_json()
    for name, rows in endpoint.parse(payload).items():
        buffers.setdefault(name, Buffer(source.entity(name))).add(rows, payload)
    return Verdict(ROWS)


def _typed(source: Adapter, buffers: dict[str, Buffer], by_body: dict[str, Verdict]) -> Verdict:
    for name, buffer in buffers.items():
        buffer.settle()
        good, bad = buffer.fitted()
        for sha256, *row in good.select("_payload_sha256", *source.entity(name).columns).rows():
            by_body[sha256].kept.setdefault(name, []).append(tuple(row))
        for sha256 in bad["_payload_sha256"]:
            by_body[sha256].set_aside += 1
        RawTable(Path("nowhere"), source.name, source.entity(name)).new_versions(good)
    return Verdict(ROWS)


def coerced(source: Adapter, before: Verdict, after: Verdict, was: Any, said: Any) -> set[str]:
    """`table.column` of values that held what stood there, `was`, and hold what the mutant does not say: taken for something else."""
    found = set()
    for table, rows in before.kept.items():
        others = after.kept.get(table, [])
        if len(rows) != len(others):
            continue
        for old_row, new_row in zip(rows, others, strict=True):
            for column, old, new in zip(source.entity(table).columns, old_row, new_row, strict=True):
                if _is_faithful(was, old) and not _is_same(old, new) and not _is_faithful(said, new):
                    found.add(f"{table}.{column}")
    return found


def _is_same(old: Any, new: Any) -> bool:
    are_nan = all(isinstance(one, float) and math.isnan(one) for one in (old, new))
    return are_nan or (type(old) is type(new) and old == new)


def _is_faithful(said: Any, kept: Any) -> bool:
    if kept is None:
        return said is None or (isinstance(said, str) and not said.strip())
    if isinstance(kept, bool) or isinstance(said, bool):
        return said is kept or said == str(kept).lower()
    if isinstance(said, str) and isinstance(kept, datetime):
        return _instant(said) == kept
    if isinstance(said, str) and isinstance(kept, int | float):
        return bool(said.isascii() and NUMBER.fullmatch(said.strip())) and float(said) == kept
    if isinstance(said, int | float) and isinstance(kept, float):
        return float(said) == kept  # the nearest number of 64 bits: raw says so of its figures
    return bool(said == kept)


def _instant(said: str) -> datetime | None:
    """What a text says, in UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def over(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, over)  # of this process's own time: others on the machine make nothing hang
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _place(error: BaseException) -> str:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/ingestion/" in one.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}"
