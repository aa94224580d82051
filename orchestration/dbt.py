"""dbt in this process: parse when stale, build a selection, and tell Dagster what happened.

In-process `dbtRunner` halves a run against a subprocess per build. After each call its connections are closed, because DuckDB lets
no second process open a file that a writer holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from filelock import FileLock

from ingestion.errors import PerpsError
from ingestion.ingest import ensure_tables
from ingestion.raw import RawTable
from ingestion.registry import all_sources
from ingestion.settings import Settings
from orchestration.environment import DBT_PROJECT_DIR

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

FAILED = {"error", "fail", "runtime error"}
FIRST_ROWS = 20


class DbtError(PerpsError):
    """A model or a blocking test failed; the message lists them."""


def manifest_path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "manifest.json"


def ensure_manifest(settings: Settings) -> Path:
    """The parsed project, parsed again when any of its files is newer."""
    manifest = manifest_path(settings)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(manifest.parent / "parse.lock"):
        files = [path for path in DBT_PROJECT_DIR.rglob("*") if path.suffix in (".sql", ".yml", ".csv")]
        if not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in files):
            run(settings, ["parse"])
    return manifest


@cache
def _nodes(manifest: Path, _stamp: int) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = json.loads(manifest.read_text())["nodes"]
    return nodes


def nodes(settings: Settings) -> dict[str, dict[str, Any]]:
    """dbt's nodes by unique id."""
    manifest = ensure_manifest(settings)
    return _nodes(manifest, manifest.stat().st_mtime_ns)


def run(settings: Settings, arguments: Sequence[str]) -> list[RunResult]:
    """Invoke dbt; give the results of its nodes. Raises DbtError when dbt could not run at all."""
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import cleanup_event_logger

    target = str(settings.data_dir / "dbt")
    common = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR), "--target-path", target, "--log-path", target]
    quiet = ["--no-use-colors", "--log-level", "error", "--log-level-file", "info", "--no-send-anonymous-usage-stats"]
    try:
        outcome = dbtRunner().invoke([*quiet, *arguments, *common])
    finally:
        _close_connections()
        reset_adapters()  # type: ignore[no-untyped-call]
        cleanup_event_logger()
    if outcome.exception is not None:
        raise DbtError(f"dbt {' '.join(arguments[:2])}: {outcome.exception}")
    found: list[RunResult] = list(getattr(outcome.result, "results", []))
    return found


def build(settings: Settings, arguments: Sequence[str]) -> list[RunResult]:
    """`dbt build` under the warehouse's lock, with every raw table present at least empty."""
    for source in all_sources().values():
        ensure_tables(settings, source)
    from expectations.ledger import ensure_ledger
    from ingestion.attempts import ATTEMPTS, OWN_SOURCE

    RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS).ensure()
    ensure_ledger(settings.ledger_dir)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.state_dir / "warehouse.lock"):
        # results come back in memory, the manifest is parse's: writing both again takes seconds
        return run(
            settings, ["--no-write-json", "build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable", *arguments]
        )


def selected(context: dg.AssetExecutionContext, settings: Settings) -> list[str]:
    """The models and seeds picked for this run, by name (their tests come along)."""
    return [node["name"] for node in _models(settings) if _key(node) in context.selected_asset_keys]


def tables(settings: Settings, *layers: str) -> set[dg.AssetKey]:
    """The models of these layers that are no views."""
    found = [node for node in _models(settings) if node["fqn"][1] in layers and node["config"]["materialized"] != "view"]
    return {_key(node) for node in found}


def _models(settings: Settings) -> list[dict[str, Any]]:
    return [node for node in nodes(settings).values() if node["resource_type"] in ("model", "seed")]


def _key(node: dict[str, Any]) -> dg.AssetKey:
    from dagster_dbt import DagsterDbtTranslator

    return DagsterDbtTranslator().get_asset_key(node)


def events(
    context: dg.AssetExecutionContext, settings: Settings, results: Sequence[RunResult]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """One materialization per model and seed, one check result per test; raises DbtError when something that blocks failed."""
    known = nodes(settings)
    rows = _row_counts(settings, [known[result.node.unique_id] for result in results if result.node.unique_id in known])
    broken = []
    for result in results:
        node, status = known.get(result.node.unique_id), str(result.status)
        if node is None:
            continue
        if status in FAILED:
            broken.append(f"{node['name']}: {(result.message or status).strip()}")
        if node["resource_type"] in ("model", "seed", "snapshot"):
            key, counts = _key(node), {"dagster/row_count": rows[node["unique_id"]]} if node["unique_id"] in rows else {}
            if status == "success" and key in context.selected_asset_keys:
                metadata: dict[str, Any] = {"seconds": round(result.execution_time, 3), **counts, **_first_rows(settings, node)}
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        elif node["resource_type"] == "test" and node.get("attached_node"):
            key = _key(known[node["attached_node"]])
            check = dg.AssetCheckKey(asset_key=key, name=node["name"])
            if check in context.selected_asset_check_keys and status != "skipped":
                is_error = node["config"]["severity"].lower() == "error"
                yield dg.AssetCheckResult(
                    asset_key=key,
                    check_name=node["name"],
                    passed=status == "pass",
                    severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
                    metadata={"failing rows": result.failures or 0},
                )
    if broken:
        raise DbtError("dbt: " + "; ".join(broken[:5]) + (f" and {len(broken) - 5} more" if len(broken) > 5 else ""))


def _row_counts(settings: Settings, found: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Rows per table model; views are not counted, since that would compute them."""
    import duckdb

    tables = [node for node in found if node["resource_type"] == "seed" or node["config"].get("materialized") in ("table", "incremental")]
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        existing = {name for (name,) in connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
        counts = {}
        for node in tables:
            if f"{node['schema']}.{node['alias']}" in existing:
                row = connection.execute(f'select count(*) from "{node["schema"]}"."{node["alias"]}"').fetchone()
                counts[node["unique_id"]] = int(row[0]) if row else 0
    return counts


def _first_rows(settings: Settings, node: dict[str, Any]) -> dict[str, dg.MarkdownMetadataValue]:
    """The first rows of a table whose `meta` names an order for them: small tables that are read in the UI."""
    import duckdb
    import polars as pl

    order = node["config"].get("meta", {}).get("first_rows_by")
    if order is None:
        return {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        rows = connection.execute(f'select * from "{node["schema"]}"."{node["alias"]}" order by {order} limit {FIRST_ROWS}').pl()
    with pl.Config(tbl_formatting="MARKDOWN", tbl_rows=FIRST_ROWS, tbl_cols=-1, tbl_width_chars=-1, fmt_str_lengths=80):
        pl.Config.set_tbl_hide_dataframe_shape(True).set_tbl_hide_column_data_types(True)
        return {"first rows": dg.MetadataValue.md(str(rows))}


def _close_connections() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
