"""Facts: seeds, staging, intermediate, dims and facts, built for the months whose raw files changed."""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.records import Asset, Records
from orchestration.showing import Event, shown
from orchestration.steps.facts import LAYERS, build_facts

SELECT = "resource_type:seed perps_warehouse.staging perps_warehouse.intermediate perps_warehouse.facts"


@dbt_assets(manifest=compiled.manifest_path(load_settings()), select=SELECT, name="build_facts")
def facts(context: dg.AssetExecutionContext) -> Iterator[Event]:
    """Build what is pending: the touched months of the tables; everything, with seeds and views, when the models changed.

    A selection that leaves tables out refills those selected.
    """
    settings = load_settings()
    tables = {node.asset for node in compiled.plan(settings).of_layers(*LAYERS) if node.kind in ("table", "incremental")}
    chosen: set[Asset] = {tuple(key.path) for key in context.selected_asset_keys}

    def work() -> Records:
        yield from build_facts(settings, None if tables <= chosen else chosen)

    yield from shown(context, "build_facts", work, [node.asset for node in compiled.plan(settings).of_layers(*LAYERS)])
