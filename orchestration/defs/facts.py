"""Facts: seeds, staging, intermediate, dims and facts, built by dbt for the months whose raw files changed."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.settings import load_settings
from orchestration import dbt, pending

SELECT = "resource_type:seed perps_warehouse.staging perps_warehouse.intermediate perps_warehouse.facts"


@dbt_assets(manifest=dbt.ensure_manifest(load_settings()), select=SELECT, name="build_facts")
def build_facts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Build what is pending: touched months, or everything when the models changed."""
    settings = load_settings()
    state, months = pending.Fingerprints.of_raw(settings), pending.months_to_build(settings)
    pending.write_touched(settings, months or [])
    arguments = ["--select", *dbt.selection(context, settings, SELECT), *(["--full-refresh"] if months is None else [])]
    context.log.info("full build" if months is None else f"months to build: {', '.join(months) or 'none'}")
    results = dbt.build(settings, arguments)
    yield from dbt.events(context, settings, results)
    if not context.is_subset:
        pending.mark_built(settings, state)
