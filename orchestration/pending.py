"""What a build still has to do: which raw files differ from those last built, and what of it the gate, the marts and the publication lack.

Kept as fingerprints of files and as one list of debts, so that it heals itself: a killed step is due again, a lost state means everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ingestion.run import latest
from ingestion.run.latest import OWN_ENTITY, OWN_SOURCE
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.store.layout import EMPTY_MONTH, stamp
from ingestion.store.whole import write_whole
from orchestration.compiled import project_hash
from orchestration.plan import Plan
from orchestration.touched import ALL, NONE, Months, month_of

JUDGE_FOLDER = "expectations"
EVERYTHING_KEY = "everything"


@dataclass(frozen=True)
class Fingerprints:
    """State of raw (file → size and time), of what its last attempts came to, of the models, and where all of it lies."""

    code: str
    files: Mapping[str, str]
    attempts: str = ""
    place: str = ""
    warehouse: str = ""  # a digest of where its tables are

    @classmethod
    def now(cls, settings: Settings) -> Fingerprints:
        files = {}
        for path in settings.raw_dir.glob("*/*/month=*/part.parquet"):
            source, month = path.parts[-4], path.parts[-2]
            if source not in (OWN_SOURCE, "_quarantine") and not month.endswith(EMPTY_MONTH):
                stat = path.stat()
                files[str(path.relative_to(settings.raw_dir))] = stamp(stat.st_size, stat.st_mtime_ns)
        return cls(project_hash(), files, latest.digest(settings), str(settings.data_dir), _place_of_tables(settings))

    def files_since(self, older: Fingerprints | None) -> set[str]:
        """Files that are new, changed or gone."""
        return {file for file, _ in set(self.files.items()) ^ set(older.files.items() if older else ())}

    def changed_since(self, older: Fingerprints | None, plan: Plan, days: Mapping[str, date] | None = None) -> dict[str, Months] | None:
        """Per source table of the plan the months with a file that is new, changed or gone; None: everything is to be built.

        `days` tell from which day on a file differs; of the others the whole month does.
        """
        if older is None or (older.code, older.warehouse) != (self.code, self.warehouse):
            return None
        changed = _months(self.files_since(older), plan, days or {})
        own = next((node.id for node in plan.sources if node.sql == f"raw/{OWN_SOURCE}/{OWN_ENTITY}"), None)
        if own and self.attempts != older.attempts:
            changed[own] = ALL
        return changed

    def held(self, plan: Plan) -> dict[str, Months]:
        """Per source table of the plan the months there are."""
        return _months(self.files, plan, {})


@dataclass(frozen=True)
class Debts:
    """What is built and not yet judged, not yet in marts, not yet published.

    `delivered` are the months to judge of which sources gave new rows; `facts` are ids of the plan with months.
    """

    judge: Months = NONE
    delivered: Months = NONE
    facts: Mapping[str, Months] = field(default_factory=dict)
    is_publication_due: bool = False

    def with_built(self, facts: Mapping[str, Months], judge: Months = NONE, delivered: Months = NONE) -> Debts:
        united = {name: self.facts.get(name, NONE) | facts.get(name, NONE) for name in {*self.facts, *facts}}
        return Debts(self.judge | judge, self.delivered | delivered, united, is_publication_due=True)


EVERYTHING = Debts(ALL, ALL, {EVERYTHING_KEY: ALL}, True)


def built(settings: Settings) -> Fingerprints | None:
    """What the facts were last built from; None when that is unknown or the warehouse is gone."""
    try:
        return Fingerprints(**json.loads((settings.state_dir / "built.json").read_text())) if _is_there(settings) else None
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def _is_there(settings: Settings) -> bool:
    if not settings.lake_catalog:
        return settings.warehouse.exists()
    from orchestration import lake  # it needs DuckDB, which costs more than all of this

    return lake.is_there(settings)


def _place_of_tables(settings: Settings) -> str:
    """A digest of the catalogue, which tells nobody a password; of a file, which moves with its folder, nothing."""
    return hashlib.sha256(settings.lake_catalog.encode()).hexdigest()[:16] if settings.lake_catalog else ""


def mark_built(settings: Settings, state: Fingerprints) -> None:
    write_whole(settings.state_dir / "built.json", json.dumps(vars(state)))


def debts(settings: Settings) -> Debts:
    """What later steps still owe; everything when the list is lost, or the expectations say something else now."""
    try:
        found = json.loads((settings.state_dir / "debts.json").read_text())
        judge = _read(found["judge"]) if found["judged_by"] == judge_hash() else ALL
        facts = {name: _read(months) for name, months in found["facts"].items()}
        return Debts(judge, _read(found["delivered"]), facts, found["is_publication_due"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return EVERYTHING


def owe(settings: Settings, what: Debts) -> None:
    """Write down what is owed, in place of what was."""
    values: dict[str, Any] = {
        "judged_by": judge_hash(),
        "judge": _written(what.judge),
        "delivered": _written(what.delivered),
        "facts": {name: _written(months) for name, months in what.facts.items()},
        "is_publication_due": what.is_publication_due,
    }
    write_whole(settings.state_dir / "debts.json", json.dumps(values))


def is_nothing_due(settings: Settings) -> bool:
    """Whether raw, models and expectations are as they were when all of it was published last."""
    owed = debts(settings)
    if owed.judge or owed.facts or owed.is_publication_due:
        return False
    return built(settings) == Fingerprints.now(settings)


def forget(settings: Settings) -> None:
    """Make the next build and judgement complete."""
    for name in ("built.json", "seen.json", "debts.json"):
        (settings.state_dir / name).unlink(missing_ok=True)


def forget_months(settings: Settings, first: date, last: date) -> None:
    """Make the months of these days pending again."""
    state = built(settings)
    if state:
        wanted = {f"{first + timedelta(days=n):%Y-%m}" for n in range((last - first).days + 1)}
        files = {file: stamp for file, stamp in state.files.items() if Path(file).parent.name.removeprefix("month=") not in wanted}
        mark_built(settings, replace(state, files=files))


def _written(months: Months) -> dict[str, Any]:
    return {"months": months.listed(), "first": months.first.isoformat() if months.first else None}


def _read(values: Mapping[str, Any]) -> Months:
    first = values["first"]
    return Months.of(values["months"], date.fromisoformat(first) if first else None)


def judge_hash() -> str:
    """State of the expectations."""
    digest = hashlib.sha256()
    for path in sorted((PROJECT_ROOT / JUDGE_FOLDER).rglob("*.py")):
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _months(files: Iterable[str], plan: Plan, days: Mapping[str, date]) -> dict[str, Months]:
    """Per source table of the plan the months of these files; files of no table of it are left out."""
    by_folder = {node.sql: node.id for node in plan.sources}
    found: dict[str, Months] = {}
    for file in files:
        path, first = Path(file), days.get(file)
        name = by_folder.get(f"raw/{path.parts[0]}/{path.parts[1]}")
        if name:
            months = {path.parent.name.removeprefix("month="), *([month_of(first)] if first else ())}
            found[name] = found.get(name, NONE) | Months.of(months, first)
    return found
