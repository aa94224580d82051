"""The first day of a changed raw file that a build has to make again.

A build remembers of each newer raw file how many rows it had, a sum of their hashes, and when the newest of them was fetched. Where all
of them are still in the file, what is new are the rows fetched later. Anything else (a file restored, edited by hand, replayed by other
code, never seen before) means the whole month.

New rows change their own days. They also close days: a day counts once its venue was read after it ended. So the day on which the file
was read last before, and those on which each series with new rows was, are made again too.
Belongs here: this memory and the day. Does not: which files changed (pending.py), what follows from the day (touched.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ingestion.settings import Settings
from ingestion.store.entity import Entity
from ingestion.store.layout import stamp
from ingestion.store.whole import write_whole
from orchestration.touched import shifted

if TYPE_CHECKING:
    from collections.abc import Iterator

Stamps = Mapping[str, str]  # file below raw → its size and time
FETCHED_AT = pl.col("_fetched_at")
MOMENT = timedelta(microseconds=1)  # what is stamped with its end, at midnight, is of the day before


@dataclass(frozen=True)
class Seen:
    """A file as a build saw it: `token` is the sum of its rows' hashes, `read_at` the newest fetch of a row."""

    stamp: str
    rows: int
    token: int
    read_at: datetime


@dataclass(frozen=True)
class Look:
    """What a look at changed files found: the first day of each where it is known, and what to remember."""

    days: Mapping[str, date]
    seen: Mapping[str, Seen]


def look(settings: Settings, changed: Iterable[str], now: Stamps, built: Stamps) -> Look:
    """Look at changed files. Stamps are those that files have `now`, and had when all was `built` last."""
    known = {file: one for file, one in _remembered(settings).items() if one.stamp == built.get(file)}
    days, seen = {}, dict(known)
    for file, entity in _recent(changed, now):
        rows = pl.read_parquet(settings.raw_dir / file, hive_partitioning=False, glob=False)
        stat = (settings.raw_dir / file).stat()
        if stamp(stat.st_size, stat.st_mtime_ns) != now[file] or rows.is_empty():  # it grew meanwhile: pending again after this build
            continue
        before = known.get(file) or (None if file in built else _empty_after(known.get(_month_before(file))))
        hashes = rows.hash_rows()
        day = _first_day(rows, hashes, entity, before) if before else None
        if day:
            days[file] = day
        seen[file] = Seen(now[file], rows.height, _sum(hashes), rows["_fetched_at"].max())  # type: ignore[arg-type]
    return Look(days, seen)


def remember(settings: Settings, seen: Mapping[str, Seen]) -> None:
    """What the build saw that has just ended."""
    newest = _newest(seen)
    files = {file: {**vars(one), "read_at": one.read_at.isoformat()} for file, one in seen.items() if file in newest}
    write_whole(_path(settings), json.dumps({"engine": pl.__version__, "files": files}))


def _recent(files: Iterable[str], now: Stamps) -> Iterator[tuple[str, Entity]]:
    """Those of the files that are of the two newest months of their entity, with it."""
    from ingestion.venue.registry import all_sources

    sources, newest = all_sources(), _newest(now)
    for file in sorted(newest & set(files)):
        source, name, _ = file.split("/", 2)
        entities = sources[source].entities if source in sources else ()
        entity = next((one for one in entities if one.name == name), None)
        if entity:
            yield file, entity


def _first_day(rows: pl.DataFrame, hashes: pl.Series, entity: Entity, before: Seen) -> date | None:
    """None: more than new rows tells this file from the one before."""
    is_new = rows["_fetched_at"] > before.read_at
    if (~is_new).sum() != before.rows or _sum(hashes.filter(~is_new)) != before.token or not is_new.any():
        return None
    new = rows.filter(is_new)
    moments = [before.read_at, new.select(entity.event.min()).item() - MOMENT]
    series = [name for name in entity.key if name not in entity.event.meta.root_names()]
    if series:
        told = new.select(series).unique()
        going_on = rows.select(*series, FETCHED_AT).filter(~is_new).join(told, on=series, how="semi", nulls_equal=True)
        moments.append(going_on.group_by(series).agg(FETCHED_AT.max())["_fetched_at"].min())
    first: datetime = min(moment for moment in moments if moment is not None)
    return first.date()


def _empty_after(one: Seen | None) -> Seen | None:
    """A file that was not there, of an entity whose month before was read so far."""
    return Seen("", 0, 0, one.read_at) if one else None


def _sum(hashes: pl.Series) -> int:
    return int(hashes.sum() or 0)


def _remembered(settings: Settings) -> dict[str, Seen]:
    try:
        found = json.loads(_path(settings).read_text())
        files = found["files"] if found["engine"] == pl.__version__ else {}  # another version may hash otherwise
        return {file: Seen(**{**one, "read_at": datetime.fromisoformat(one["read_at"]).astimezone(UTC)}) for file, one in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _newest(files: Iterable[str]) -> set[str]:
    """Of each entity the files of its two newest months: of older ones nothing is kept, they change as a whole."""
    by_entity = defaultdict(list)
    for file in files:
        by_entity[file.rsplit("/", 2)[0]].append(file)
    return {file for several in by_entity.values() for file in sorted(several)[-2:]}


def _month(file: str) -> str:
    return Path(file).parent.name.removeprefix("month=")


def _month_before(file: str) -> str:
    return file.replace(f"month={_month(file)}", f"month={shifted(_month(file), -1)}")


def _path(settings: Settings) -> Path:
    return settings.state_dir / "seen.json"
