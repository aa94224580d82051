"""Marts: built from facts, through the gate's verdicts only."""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.records import Asset, Records
from orchestration.showing import Event, shown
from orchestration.steps.marts import build_marts


@dbt_assets(manifest=compiled.manifest_path(load_settings()), select="perps_warehouse.marts", name="build_marts")
def marts(context: dg.AssetExecutionContext) -> Iterator[Event]:
    """Build the marts that are due, or refill those selected."""
    settings = load_settings()
    chosen: set[Asset] = {tuple(key.path) for key in context.selected_asset_keys}
    is_all = {node.asset for node in compiled.plan(settings).of_layers("marts")} <= chosen

    def work() -> Records:
        yield from build_marts(settings, None if is_all else chosen)

    yield from shown(context, "build_marts", work, [node.asset for node in compiled.plan(settings).of_layers("marts")])
