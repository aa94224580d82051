"""What a build still has to do: months whose raw files differ from those last built, and last judged.

Kept as fingerprints of files, so it heals itself: a killed build is pending again, a deleted state file means everything.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingestion.attempts import OWN_SOURCE
from ingestion.raw import EMPTY_MONTH
from ingestion.settings import PROJECT_ROOT, Settings

EVERYTHING = "everything"
MODEL_FOLDERS = ("dbt_project/models", "dbt_project/seeds", "dbt_project/macros", "dbt_project/dbt_project.yml")
JUDGE_FOLDERS = ("expectations",)


@dataclass(frozen=True)
class Fingerprints:
    """State of raw (file → size and time) and of the code that turns it into something."""

    code: str
    files: Mapping[str, str]

    @classmethod
    def of_raw(cls, settings: Settings) -> Fingerprints:
        files = {}
        for path in settings.raw_dir.glob("*/*/month=*/part.parquet"):
            source, month = path.parts[-4], path.parts[-2]
            if source not in (OWN_SOURCE, "_quarantine") and not month.endswith(EMPTY_MONTH):
                stat = path.stat()
                files[str(path.relative_to(settings.raw_dir))] = f"{stat.st_size}:{stat.st_mtime_ns}"
        return cls(_code_hash(MODEL_FOLDERS), files)

    def months_since(self, older: Fingerprints | None) -> list[str] | None:
        """Months with a file that is new, changed or gone since the older state; None: all of them, the code itself changed."""
        if older is None or older.code != self.code:
            return None
        changed = set(self.files.items()) ^ set(older.files.items())
        return sorted({Path(file).parent.name.removeprefix("month=") for file, _ in changed})


def months_to_build(settings: Settings) -> list[str] | None:
    """Months the facts lack; None: a full build is due (first build, changed models, no warehouse)."""
    if not settings.warehouse.exists():
        return None
    return Fingerprints.of_raw(settings).months_since(_load(settings, "built"))


def months_to_judge(settings: Settings) -> list[str] | None:
    """Months built since the gate last judged; None: everything, such as after a change of the expectations."""
    built, judged = _load(settings, "built"), _load(settings, "judged")
    if built is None or judged is None or not (settings.state_dir / _judge_name()).exists():
        return None
    return built.months_since(judged)


def write_touched(settings: Settings, months: Iterable[str]) -> None:
    """Tell dbt which months its incremental models rebuild (macro `in_touched_months`)."""
    _write(settings.state_dir / "touched_months.csv", "\n".join(["month", *months]) + "\n")


def mark_built(settings: Settings, state: Fingerprints) -> None:
    _write(settings.state_dir / "built.json", json.dumps({"code": state.code, "files": dict(state.files)}))


def mark_judged(settings: Settings) -> None:
    """The gate has judged what was built."""
    _write(settings.state_dir / "judged.json", (settings.state_dir / "built.json").read_text())
    _write(settings.state_dir / _judge_name(), "")


def forget(settings: Settings) -> None:
    """Make the next build and judgement complete."""
    for name in ("built.json", "judged.json"):
        (settings.state_dir / name).unlink(missing_ok=True)


def forget_months(settings: Settings, first: date, last: date) -> None:
    """Make the months of these days pending again."""
    built = _load(settings, "built")
    if built:
        wanted = {f"{first + timedelta(days=n):%Y-%m}" for n in range((last - first).days + 1)}
        files = {file: stamp for file, stamp in built.files.items() if Path(file).parent.name.removeprefix("month=") not in wanted}
        mark_built(settings, Fingerprints(built.code, files))


def _judge_name() -> str:
    return f"judged-by-{_code_hash(JUDGE_FOLDERS)}"


def _load(settings: Settings, name: str) -> Fingerprints | None:
    path = settings.state_dir / f"{name}.json"
    try:
        return Fingerprints(**json.loads(path.read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def _code_hash(folders: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        root = PROJECT_ROOT / folder
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.suffix in (".sql", ".csv", ".py") or path.name == "dbt_project.yml":
                digest.update(str(path.relative_to(PROJECT_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(text)
    partial.replace(path)
