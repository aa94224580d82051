"""Fetching: the chosen sources at once, into landing and raw.

Belongs here: what a run reports of each entity. Does not: which sources and days (runs.py, defs/raw.py), how they are fetched (ingestion/).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingestion.errors import PerpsError
from ingestion.run.adapter import Adapter
from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.run.ingest import ingest
from ingestion.run.outcome import EntityOutcome, Progress, SourceResult, summarise
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.entity import Entity
from ingestion.store.raw import RawTable
from orchestration.records import Asset, Checked, Made, Records
from orchestration.timing import apart

ATTEMPTS_ASSET = (OWN_SOURCE, ATTEMPTS.name)
ARRIVED = "arrived"
CLOCKS = "clocks"  # metadata: whose are far apart


def fetch(
    settings: Settings,
    run_id: str,
    sources: Sequence[Adapter],
    window: Window | None,
    catch_up: bool = False,
    wanted: Collection[Asset] | None = None,
    progress: Progress | None = None,
) -> Records:
    """Fetch the window's days (None: what exists only now). Raises PerpsError when not one source answered.

    Every entity is reported, also of a failed source: its check and its metadata say why. `wanted` limits the report, not the work.
    """
    results = ingest(settings, sources, window, run_id=run_id, catch_up=catch_up, progress=progress)
    for source, result in zip(sources, results, strict=True):
        for entity in source.entities:
            if wanted is None and window is None and not entity.is_snapshot:
                continue
            if wanted is None or (source.name, entity.name) in wanted:
                yield from _report(settings, source, entity, result)
    asked = [result for result in results if result.requests or result.status not in ("closed", "not_configured")]
    if asked and all(result.is_empty_handed for result in asked):
        raise PerpsError("no source answered: " + "; ".join(result.problem or result.status for result in asked))
    if wanted is None or ATTEMPTS_ASSET in wanted:
        own = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
        told = apart({result.source: result.clock_seconds for result in asked})
        clocks = {CLOCKS: "; ".join(f"{', '.join(one.sources)}: {one}" for one in told)} if told else {}
        yield Made(ATTEMPTS_ASSET, {"dagster/row_count": own.rows(), **clocks})


def _report(settings: Settings, source: Adapter, entity: Entity, result: SourceResult) -> Records:
    asset, outcome = (source.name, entity.name), result.outcomes.get(entity.name, EntityOutcome())
    problem = summarise(outcome.failures) or result.error or ""
    metadata = {
        "status": "failed" if problem else result.status,
        "dagster/row_count": RawTable(settings.raw_dir, source.name, entity).rows(),
        "rows added": outcome.rows_added,
        "rows withdrawn": outcome.rows_withdrawn,
        "rows quarantined": outcome.rows_quarantined,
        "months touched": ", ".join(sorted(outcome.months)) or "none",
        "requests of the source": result.requests,
        "seconds of the source": round(result.seconds, 1),
    }
    if problem:
        metadata["problem"] = problem
    if result.clock_seconds is not None:
        metadata["clock of the source"] = f"{result.clock_seconds:+,} s against ours"
    if own := result.limitations_of(entity.name):
        metadata["not available"] = "; ".join(own)
    yield Made(asset, metadata)
    is_well = not problem and outcome.rows_quarantined == 0 and result.clock_seconds is None
    yield Checked(asset, ARRIVED, is_well, is_error=bool(problem), metadata=metadata)
