"""Our own bookkeeping as a raw entity: what each run tried, per source and entity. `mart_freshness` is built from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
from filelock import FileLock

from ingestion.run.latest import OWN_ENTITY, OWN_SOURCE, remember
from ingestion.run.outcome import EntityOutcome, SourceResult, summarise
from ingestion.run.source import Source
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.entity import INSTANT, Entity
from ingestion.store.raw import RawTable
from ingestion.store.turns import writing
from ingestion.store.whole import clear_leftovers

__all__ = ["ATTEMPTS", "OWN_SOURCE", "record", "whole_until"]

ATTEMPTS = Entity.of(
    OWN_ENTITY,
    "*source *entity *attempted_at:instant status rows_added:int rows_quarantined:int requests:int error? last_event_at:instant? "
    "last_fetched_at:instant? day_from:day? day_to:day? quarantined_because? limitations? clock_seconds:int?",
    event=pl.col("attempted_at"),
)


def record(
    settings: Settings,
    results: Sequence[SourceResult],
    sources: Sequence[Source],
    run_id: str,
    attempted_at: datetime,
    window: Window | None,
) -> None:
    """Add one row per source and entity that this run asked for; a snapshot (no window) says nothing of the histories."""
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    for folder in (table.folder, settings.state_dir):
        clear_leftovers(folder)
    table.ensure()
    by_name = {source.name: source for source in sources}
    asked = [
        (result, entity, result.outcomes.get(entity.name, EntityOutcome()))
        for result in results
        for entity in by_name[result.source].entities
        if window or entity.is_snapshot or _was_touched(result, entity)
    ]
    values = [_row(settings, result, entity, outcome, attempted_at, window) for result, entity, outcome in asked]
    frame = pl.DataFrame(values, schema=pl.Schema(ATTEMPTS.columns), orient="row").with_columns(
        _fetched_at=pl.lit(attempted_at, dtype=INSTANT), _payload_sha256=pl.lit(""), _run_id=pl.lit(run_id)
    )
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with writing(settings.state_dir), FileLock(settings.state_dir / f"raw-{OWN_SOURCE}.lock"):
        table.add(table.new_versions(frame))
        is_apart = pl.col("clock_seconds").is_not_null()  # by how much changes with every run
        told = frame.select("source", "entity", "status", "error", "rows_quarantined", "limitations", is_apart).rows()
        remember(settings, attempted_at, {f"{source}/{entity}": outcome for source, entity, *outcome in told})


def whole_until(settings: Settings, source: str) -> dict[str, date]:
    """By entity the last day up to which a run got all of it: of the last two months of attempts, for those that tell."""
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    columns = ["source", "entity", "status", "day_from", "day_to"]
    parts = [pl.read_parquet(table.part(month), columns=columns, hive_partitioning=False, glob=False) for month in table.months()[-2:]]
    if not parts:
        return {}
    asked = pl.concat(parts).filter(pl.col("source") == source, pl.col("day_to").is_not_null(), pl.col("status").is_in(["ok", "failed"]))
    is_ok = pl.col("status") == "ok"
    last, first = pl.col("day_to").filter(is_ok).max(), pl.col("day_from").filter(~is_ok).min()
    return dict(asked.group_by("entity").agg(pl.coalesce(last, first - pl.duration(days=1)).alias("day")).rows())


def _was_touched(result: SourceResult, entity: Entity) -> bool:
    outcome = result.outcomes.get(entity.name)
    return outcome is not None and bool(outcome.payloads or outcome.failures)


def _row(
    settings: Settings, result: SourceResult, entity: Entity, outcome: EntityOutcome, attempted_at: datetime, window: Window | None
) -> tuple[object, ...]:
    is_hit = outcome.payloads == 0 or not entity.is_snapshot  # of a history that was cut short nobody knows what is missing
    problem = summarise(outcome.failures) or (result.error if is_hit else None)
    status = "failed" if problem else result.status if result.status in ("not_configured", "closed") else "ok"
    fetched = attempted_at if outcome.payloads or outcome.unchanged else None
    last_event = RawTable(settings.raw_dir, result.source, entity).last_event()
    days = (window.first, window.last) if window else (None, None)
    return (
        result.source, entity.name, attempted_at, status, outcome.rows_added, outcome.rows_quarantined, outcome.payloads, problem,
        last_event, fetched, *days, outcome.quarantined_because or None, "; ".join(result.limitations_of(entity.name)) or None,
        result.clock_seconds,
    )  # fmt: skip
