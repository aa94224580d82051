"""Raw: one asset per source and entity, all filled by one step in which the sources run at once."""

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from ingestion.errors import SettingsError
from ingestion.run.adapter import Adapter
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.store.entity import Entity
from ingestion.venue.registry import all_sources
from orchestration import progress
from orchestration.months import FIRST_MONTH, ONE, START
from orchestration.records import Asset, Records
from orchestration.showing import Event, shown
from orchestration.status import limit_of, stale_limits
from orchestration.steps.fetching import ARRIVED, ATTEMPTS_ASSET, fetch
from orchestration.tags import CATCH_UP, OWNER

MONTHS = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m", end_offset=1)  # with the running one
ATTEMPTS_KEY = dg.AssetKey(list(ATTEMPTS_ASSET))


class Days(dg.Config):
    """UTC days, both included, in place of all days of the run's months."""

    first_day: str = ""
    last_day: str = ""


def _window(context: dg.AssetExecutionContext, config: Days) -> Window:
    """The days of the config, or those of the run's months that are over. Raises SettingsError when there is none of either."""
    if config.first_day and config.last_day:
        return Window(date.fromisoformat(config.first_day), date.fromisoformat(config.last_day))
    if not (context.run.tags.get(ONE) or context.run.tags.get(START)):
        raise SettingsError("which days? choose months, or give first_day and last_day in the config of fetch_sources")
    start, end = context.partition_time_window
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    if start.date() > yesterday:
        raise SettingsError(f"no day of {start:%Y-%m} is over yet")
    return Window(start.date(), min((end - timedelta(days=1)).date(), yesterday))


def _key(source: Adapter, entity: Entity) -> dg.AssetKey:
    return dg.AssetKey([source.name, entity.name])


def _specs() -> list[dg.AssetSpec]:
    limits = stale_limits()
    specs = [
        _spec(source, entity, limit_of(limits, source.name, entity.name)) for source in all_sources().values() for entity in source.entities
    ]
    about = "What each run tried and got, per source and entity."
    return [
        *specs,
        dg.AssetSpec(ATTEMPTS_KEY, group_name="raw", kinds={"python", "parquet"}, owners=[OWNER], skippable=True, description=about),
    ]


def _spec(source: Adapter, entity: Entity, stale_after_hours: float | None) -> dg.AssetSpec:
    about = f"{entity.name} of {source.name}: the source's own fields, typed, key {', '.join(entity.key)}."
    columns = [_column(entity, name, str(kind)) for name, kind in entity.columns.items()]
    fresh = timedelta(hours=stale_after_hours) if stale_after_hours is not None and not source.closed_on else None
    return dg.AssetSpec(
        _key(source, entity),
        group_name="raw",
        kinds={"python", "parquet"},
        owners=[OWNER],
        skippable=True,
        description=about + (" It only exists now: taken as a snapshot." if entity.is_snapshot else "") + f"\n\n{_words(source)}",
        metadata={
            "dagster/column_schema": dg.TableSchema(columns),
            **{f"{host} of the source": dg.MetadataValue.url(address) for host, address in source.hosts.items()},
        },
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=fresh) if fresh else None,
    )


def _column(entity: Entity, name: str, kind: str) -> dg.TableColumn:
    told = [*(["key"] if name in entity.key else []), *([f"Unix time in {entity.times[name]}"] if name in entity.times else [])]
    constraints = dg.TableColumnConstraints(nullable=name in entity.optional)
    return dg.TableColumn(name, kind, ", ".join(told) or None, constraints)


def _words(source: Adapter) -> str:
    """What its adapter says of the source: endpoints, limits, units and quirks."""
    return inspect.getdoc(inspect.getmodule(type(source))) or ""


def _checks() -> list[dg.AssetCheckSpec]:
    about = "The source answered, and every row fits its schema."
    return [
        dg.AssetCheckSpec(ARRIVED, asset=_key(source, entity), description=about)
        for source in all_sources().values()
        for entity in source.entities
    ]


@dg.multi_asset(
    name="fetch_sources",
    specs=_specs(),
    check_specs=_checks(),
    can_subset=True,
    partitions_def=MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def raw(context: dg.AssetExecutionContext, config: Days) -> Iterator[Event]:
    """Fetch the selected sources at once into landing and raw; entities that only exist now are taken as snapshots.

    A selection of snapshot entities alone fetches no history.
    """
    chosen: set[Asset] = {tuple(key.path) for key in context.selected_asset_keys}
    sources = [source for source in all_sources().values() if any(source.name == path[0] for path in chosen)]
    is_history = any((source.name, one.name) in chosen and not one.is_snapshot for source in sources for one in source.entities)

    def work() -> Records:
        window = _window(context, config) if is_history else None
        catch_up = context.run.tags.get(CATCH_UP) == "true"
        return fetch(load_settings(), context.run.run_id, sources, window, catch_up, chosen, progress.current())

    yield from shown(context, "fetch_sources", work)
