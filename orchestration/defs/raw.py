"""Raw: one asset per source and entity, all filled by one step in which the sources run at once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import dagster as dg

from ingestion.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.entity import Entity
from ingestion.errors import PerpsError, SettingsError
from ingestion.ingest import SourceResult, ingest
from ingestion.raw import RawTable
from ingestion.registry import all_sources
from ingestion.session import EntityOutcome, summarise
from ingestion.settings import Settings, load_settings
from ingestion.source import Source, Window
from orchestration import progress
from orchestration.tags import CATCH_UP, OWNER

DAYS = dg.DailyPartitionsDefinition(start_date="2019-09-01")  # Binance's first perpetual
ATTEMPTS_KEY = dg.AssetKey([OWN_SOURCE, ATTEMPTS.name])


class Days(dg.Config):
    """UTC days in place of partitions, both included: for long ranges, whose history would cost more than their data."""

    first_day: str = ""
    last_day: str = ""


def _window(context: dg.AssetExecutionContext, config: Days) -> Window:
    """The run's partitions, or the days of its config. Raises SettingsError when it has neither."""
    if context.run.tags.get("dagster/partition") or context.run.tags.get("dagster/asset_partition_range_start"):
        start, end = context.partition_time_window
        return Window(start.date(), (end - timedelta(days=1)).date())
    if not (config.first_day and config.last_day):
        raise SettingsError("which days? choose partitions, or give first_day and last_day in the config of fetch_sources")
    return Window(date.fromisoformat(config.first_day), date.fromisoformat(config.last_day))


def _key(source: Source, entity: Entity) -> dg.AssetKey:
    return dg.AssetKey([source.name, entity.name])


def _specs() -> list[dg.AssetSpec]:
    specs = [
        dg.AssetSpec(
            _key(source, entity),
            group_name="raw",
            kinds={"python", "parquet"},
            owners=[OWNER],
            skippable=True,
            description=f"{entity.name} of {source.name}: the source's own fields, typed, key {', '.join(entity.key)}."
            + (" It only exists now: taken as a snapshot." if entity.is_snapshot else ""),
        )
        for source in all_sources().values()
        for entity in source.entities
    ]
    about = "What each run tried and got, per source and entity."
    return [
        *specs,
        dg.AssetSpec(ATTEMPTS_KEY, group_name="raw", kinds={"python", "parquet"}, owners=[OWNER], skippable=True, description=about),
    ]


def _checks() -> list[dg.AssetCheckSpec]:
    about = "The source answered, and every row fits its schema."
    return [
        dg.AssetCheckSpec("arrived", asset=_key(source, entity), description=about)
        for source in all_sources().values()
        for entity in source.entities
    ]


@dg.multi_asset(
    name="fetch_sources",
    specs=_specs(),
    check_specs=_checks(),
    can_subset=True,
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def ingest_sources(context: dg.AssetExecutionContext, config: Days) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Fetch the selected sources at once into landing and raw; entities that only exist now are taken as snapshots.

    A selection of snapshot entities alone fetches no history.
    """
    settings = load_settings()
    keys = {tuple(key.path) for key in context.selected_asset_keys}
    sources = [source for source in all_sources().values() if any(source.name == name for name, _ in keys)]
    if settings.sources:
        sources = [source for source in sources if source.name in settings.sources]
    wants_history = any((source.name, entity.name) in keys and not entity.is_snapshot for source in sources for entity in source.entities)
    window = _window(context, config) if wants_history else None
    catch_up = context.run.tags.get(CATCH_UP) == "true"
    results = ingest(settings, sources, window, run_id=context.run.run_id, catch_up=catch_up, progress=progress.current())
    for source, result in zip(sources, results, strict=True):
        context.log.info(f"{source.name}: {result.status}, {result.requests} requests, {result.seconds:.1f} s. {result.problem or ''}")
        for entity in source.entities:
            yield from _report(context, settings, source, entity, result)
    asked = [result for result in results if result.requests or result.status not in ("closed", "not_configured")]
    if asked and all(result.is_empty_handed for result in asked):
        raise PerpsError("no source answered: " + "; ".join(result.problem or result.status for result in asked))
    if ATTEMPTS_KEY in context.selected_asset_keys:
        yield dg.MaterializeResult(
            asset_key=ATTEMPTS_KEY, metadata={"dagster/row_count": RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS).rows()}
        )


def _report(
    context: dg.AssetExecutionContext, settings: Settings, source: Source, entity: Entity, result: SourceResult
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """One entity's materialization and check, also for a failed source: the step goes on, the check and the metadata say why."""
    key, outcome = _key(source, entity), result.outcomes.get(entity.name, EntityOutcome())
    if key not in context.selected_asset_keys:
        return
    problem = summarise(outcome.failures) or result.error or ""
    metadata: dict[str, Any] = {
        "status": "failed" if problem else result.status,
        "dagster/row_count": RawTable(settings.raw_dir, source.name, entity).rows(),
        "rows added": outcome.rows_added,
        "rows quarantined": outcome.rows_quarantined,
        "months touched": ", ".join(sorted(outcome.months)) or "none",
    }
    if problem:
        metadata["problem"] = problem
    if result.limitations:
        metadata["not available"] = "; ".join(result.limitations)
    yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    check = dg.AssetCheckKey(key, "arrived")
    if check in context.selected_asset_check_keys:
        passed = not problem and outcome.rows_quarantined == 0
        severity = dg.AssetCheckSeverity.ERROR if problem else dg.AssetCheckSeverity.WARN
        yield dg.AssetCheckResult(asset_key=key, check_name="arrived", passed=passed, severity=severity, metadata=metadata)
