"""Facts: seeds, staging, intermediate, dims and facts, built by dbt for the months whose raw files changed."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.settings import load_settings
from orchestration import dbt, pending

SELECT = "resource_type:seed perps_warehouse.staging perps_warehouse.intermediate perps_warehouse.facts"
TABLES = "perps_warehouse.facts perps_warehouse.intermediate,config.materialized:table"


@dbt_assets(manifest=dbt.ensure_manifest(load_settings()), select=SELECT, name="build_facts")
def build_facts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Build what is pending: the touched months of the tables; everything, with seeds and views, when the models changed.

    Views read raw as it is, so they are made again only when they change; a job that selects them leaves them as they are.
    """
    settings = load_settings()
    state, months = pending.Fingerprints.of_raw(settings), pending.months_to_build(settings)
    pending.write_touched(settings, months or [])
    is_whole = dbt.tables(settings, "intermediate", "facts") <= set(context.selected_asset_keys)
    wanted = dbt.selected(context, settings) if not is_whole else SELECT.split() if months is None else TABLES.split()
    context.log.info("full build" if months is None else f"months to build: {', '.join(months) or 'none'}")
    results = dbt.build(settings, ["--select", *wanted, *(["--full-refresh"] if months is None else [])])
    yield from dbt.events(context, settings, results)
    if is_whole:
        pending.mark_built(settings, state)
