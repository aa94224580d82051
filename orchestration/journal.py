"""The journal: what each run of the command line did, kept until Dagster's history has taken it over (history.py).

One file per run below `state/runs`, written whole at the end. While the run lives it holds the lock beside it, so that a file without
an end and without a holder is a run that was killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from ingestion.store.whole import clear_leftovers, write_whole
from orchestration.living import is_held, lock_of
from orchestration.records import Checked, FilePath, Made, Markdown, Record

KEPT = 500  # journals that no Dagster ever asked for: the oldest go


@dataclass
class Journal:
    """One run. `records` are pairs of a step and what it reported."""

    path: Path
    run_id: str
    job: str
    first_day: str | None
    last_day: str | None
    sources: list[str]
    is_catch_up: bool
    began_at: str
    ended_at: str | None = None
    is_success: bool | None = None
    error: str | None = None
    failed_step: str | None = None
    records: list[tuple[str, Record]] = field(default_factory=list)

    @classmethod
    @contextmanager
    def begun(
        cls, settings: Settings, run_id: str, job: str, days: tuple[date, date] | None, sources: Any, is_catch_up: bool
    ) -> Iterator[Journal]:
        """A journal of a run that lives as long as the block."""
        folder = settings.state_dir / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        first, last = (days[0].isoformat(), days[1].isoformat()) if days else (None, None)
        now = datetime.now(UTC).isoformat()
        journal = cls(folder / f"{run_id}.json", run_id, job, first, last, sorted(sources or []), is_catch_up, now)
        lock = lock_of(settings, run_id)
        with lock:
            clear_leftovers(settings.state_dir)
            journal._write()
            _prune(folder)
            try:
                yield journal
            except BaseException as error:
                journal.error = journal.error or f"{type(error).__name__}: {error}"
                journal.end(False)
                raise
            finally:
                Path(lock.lock_file).unlink(missing_ok=True)

    def add(self, step: str, record: Record) -> None:
        self.records.append((step, record))

    def fail(self, step: str, why: str) -> None:
        self.failed_step, self.error = step, why

    def end(self, is_success: bool) -> None:
        self.ended_at, self.is_success = datetime.now(UTC).isoformat(), is_success
        self._write()

    def of_step(self, step: str) -> list[Record]:
        return [record for name, record in self.records if name == step]

    def _write(self) -> None:
        values = {name: value for name, value in vars(self).items() if name not in ("path", "records")}
        values["records"] = [[step, type(record).__name__, _plain(record)] for step, record in self.records]
        write_whole(self.path, json.dumps(values))


def unreported(settings: Settings) -> list[Journal]:
    """Runs that are over and not yet in Dagster's history, oldest first; one that was killed says so in `error`."""
    found = [_read(path) for path in (settings.state_dir / "runs").glob("*.json")]
    over = [journal for journal in found if journal and (journal.ended_at or _is_dead(settings, journal))]
    return sorted(over, key=lambda journal: journal.began_at)


def killed(settings: Settings) -> list[tuple[str, str]]:
    """Job and beginning of runs that were killed, and after which no run of the same job came to its end."""
    over = unreported(settings)
    ended = {journal.job: journal.began_at for journal in over if journal.is_success}
    dead = [journal for journal in over if journal.ended_at is None]
    return [(journal.job, journal.began_at) for journal in dead if journal.began_at > ended.get(journal.job, "")]


def find(settings: Settings, run_id: str) -> Journal | None:
    """The journal of a run, or None when it is gone."""
    return _read(settings.state_dir / "runs" / f"{run_id}.json")


def _is_dead(settings: Settings, journal: Journal) -> bool:
    """Whether nobody holds the lock of a run without an end."""
    if is_held(settings, journal.run_id):
        return False
    journal.is_success, journal.error = False, "the process was killed"
    journal._write()
    journal.path.with_suffix(".lock").unlink(missing_ok=True)
    return True


def _read(path: Path) -> Journal | None:
    """None for a file that is no journal: a run is not lost for the warehouse because its story is."""
    try:
        values = json.loads(path.read_text())
        records = [(step, _record(kind, fields)) for step, kind, fields in values.pop("records")]
        return Journal(path=path, records=records, **values)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _plain(record: Record) -> dict[str, Any]:
    values = dict(vars(record))
    values["metadata"] = {name: [type(value).__name__, value] for name, value in record.metadata.items()}
    return values


def _record(kind: str, values: dict[str, Any]) -> Record:
    marked = {"Markdown": Markdown, "FilePath": FilePath}
    metadata = {name: marked[kind_of](value) if kind_of in marked else value for name, (kind_of, value) in values["metadata"].items()}
    fields = {**values, "asset": tuple(values["asset"]), "metadata": metadata}
    return Made(**fields) if kind == "Made" else Checked(**fields)


def _prune(folder: Path) -> None:
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)
