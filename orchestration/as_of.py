"""What was known at an earlier time: everything built once more, in a folder of its own, from what had been fetched by then.

Raw as it was is a selection of its rows, for versions are only ever added; the rest is the ordinary build. So facts, verdicts and marts are
what they would have been, but for what is no function of raw: seeds (names, policies, halts), models and expectations are those of now.
Belongs here: that selection, the build, and which results are kept. Does not: queries (published.py), how things are built (steps/).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
from filelock import FileLock

from ingestion.errors import PerpsError, SettingsError
from ingestion.settings import Settings
from ingestion.store.landing import SIMULATED_MARK, write_parquet
from ingestion.store.layout import EMPTY_MONTH
from ingestion.store.turns import reading_whole
from orchestration import compiled
from orchestration.publication.files import link
from orchestration.records import Checked, Records

FOLDER, KEPT = "as_of", 3
RUN_ID = "as-of"
SAID = "built from what had been fetched by then; seeds (names, policies, halts), models and expectations are those of now"


def moment(text: str, now: datetime | None = None) -> datetime:
    """The instant that is meant: a day counts to its end. Raises SettingsError for no time, and for one to come."""
    now = now or datetime.now(UTC)
    try:
        is_day = len(text) == len("2026-03-01")
        at = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC) if is_day else datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text!r} is no time: write 2026-03-01, for all that day, or 2026-03-01T06:00") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now and not (is_day and at - timedelta(days=1) <= now):
        raise SettingsError(f"{text} is still to come: nothing has been fetched then")
    return at.astimezone(UTC)


def published_as_of(settings: Settings, at: datetime, told: Callable[[str], None] = lambda text: None) -> Path:
    """The published file as it would have been; built where it is not there yet, the three used last are kept. Raises PerpsError."""
    root = settings.data_dir / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    target = root / _name(settings, at)
    with FileLock(root / "building.lock"):
        if not target.exists():
            told(f"as of {at:%Y-%m-%d %H:%M} UTC: {SAID}; this takes as long as `perps build --full-refresh`")
            for leftover in root.glob("*.building"):
                shutil.rmtree(leftover)
            scratch = replace(settings, data_dir=root / f"{target.name}.building")
            _build(settings, scratch, at)
            (scratch.published_dir).rename(target)
            shutil.rmtree(scratch.data_dir)
        os.utime(target)
        for old in sorted((path for path in root.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    return target / "perps.duckdb"


def _name(settings: Settings, at: datetime) -> str:
    """Of a time, the state of the models, and what had landed by then: only a replay from elsewhere adds to that."""
    landed = [path for path in settings.landing_dir.glob("*/*/*.parquet") if path.parent.name <= f"{at:%Y-%m-%d}"]
    known = hashlib.sha256("".join(sorted(str(path.relative_to(settings.landing_dir)) for path in landed)).encode())
    return f"{at:%Y%m%dT%H%M%S%f}-{compiled.project_hash()[:8]}-{known.hexdigest()[:8]}"


def _build(settings: Settings, scratch: Settings, at: datetime) -> None:
    if (settings.data_dir / SIMULATED_MARK).exists():
        scratch.data_dir.mkdir(parents=True)
        shutil.copy(settings.data_dir / SIMULATED_MARK, scratch.data_dir)
    with reading_whole(settings.state_dir):  # a commit between the look at a file and its link would bring rows of later
        known = sum(_select(part, scratch.raw_dir / part.relative_to(settings.raw_dir), at) for part in _parts(settings.raw_dir))
    if not known:
        raise SettingsError(f"nothing had been fetched by {at:%Y-%m-%d %H:%M} UTC")
    closed = [record for record in _steps(scratch) if isinstance(record, Checked) and record.is_blocking and not record.passed]
    if closed:
        raise PerpsError(f"as of {at:%Y-%m-%d %H:%M} UTC the gate was closed ({closed[0].metadata.get('reasons')}): no mart was built")


def _parts(raw_dir: Path) -> Iterator[Path]:
    return raw_dir.glob("[!_]*/*/month=*/part.parquet")


def _select(part: Path, target: Path, at: datetime) -> int:
    """The rows of a file that were known; the file itself where that is all. How many there are."""
    fetched = pl.scan_parquet(part, hive_partitioning=False, glob=False)
    newest, rows = fetched.select(pl.col("_fetched_at").max(), pl.len()).collect().row(0)
    if rows and newest <= at:
        target.parent.mkdir(parents=True, exist_ok=True)
        link(part, target)
        return int(rows)
    known = fetched.filter(pl.col("_fetched_at") <= at).collect()
    if len(known) or part.parent.name.endswith(EMPTY_MONTH):
        write_parquet(known, target)
    return len(known)


def _steps(scratch: Settings) -> Records:
    """The chain from facts to publication, until a check that blocks."""
    from orchestration.steps.facts import build_facts
    from orchestration.steps.judging import judge_facts
    from orchestration.steps.marts import build_marts
    from orchestration.steps.publishing import publish_marts

    for step in (build_facts(scratch), judge_facts(scratch, RUN_ID, is_shown=False), build_marts(scratch), publish_marts(scratch, RUN_ID)):
        for record in step:
            yield record
            if isinstance(record, Checked) and record.is_blocking and not record.passed:
                return
