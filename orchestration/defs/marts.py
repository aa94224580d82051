"""Marts: built by dbt from facts, through the gate's verdicts only."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from ingestion.settings import load_settings
from orchestration import dbt

SELECT = "perps_warehouse.marts"


@dbt_assets(manifest=dbt.ensure_manifest(load_settings()), select=SELECT, name="build_marts")
def build_marts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Build all marts, or those selected."""
    settings = load_settings()
    results = dbt.build(settings, ["--select", *(dbt.selected(context, settings) if context.is_subset else [SELECT])])
    yield from dbt.events(context, settings, results)
