"""Raw: one asset per source and entity, all filled by one step in which the sources run at once."""

from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg

from ingestion.errors import SettingsError
from ingestion.run.adapter import Adapter
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.store.entity import Entity
from ingestion.venue.registry import all_sources
from orchestration import progress
from orchestration.records import Asset, Records
from orchestration.showing import Event, shown
from orchestration.steps.fetching import ARRIVED, ATTEMPTS_ASSET, fetch
from orchestration.tags import CATCH_UP, OWNER

DAYS = dg.DailyPartitionsDefinition(start_date="2019-09-01")  # Binance's first perpetual
ATTEMPTS_KEY = dg.AssetKey(list(ATTEMPTS_ASSET))


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


def _key(source: Adapter, entity: Entity) -> dg.AssetKey:
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
        dg.AssetCheckSpec(ARRIVED, asset=_key(source, entity), description=about)
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
