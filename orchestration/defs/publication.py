"""Publication: the last step of the graph."""

from typing import Any

import dagster as dg

from ingestion.settings import load_settings
from orchestration import dbt
from orchestration.publish import publish
from orchestration.tags import OWNER, PUBLICATION_KEY


def _marts() -> list[dg.AssetKey]:
    """Every mart of the dbt project: nothing is published before all of them are built."""
    from dagster_dbt import DagsterDbtTranslator

    translator = DagsterDbtTranslator()
    found = dbt.nodes(load_settings()).values()
    return [translator.get_asset_key(node) for node in found if node["resource_type"] == "model" and node["fqn"][1] == "marts"]


@dg.asset(key=PUBLICATION_KEY, deps=_marts(), group_name="published", kinds={"duckdb", "parquet"}, owners=[OWNER])
def publication(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """The versioned, read-only file that SQL users and BI tools open, with the same tables as parquet."""
    done = publish(load_settings(), context.run.run_id)
    table = "\n".join(["| table | rows |", "| --- | ---: |", *(f"| {name} | {rows:,} |" for name, rows in done.rows.items())])
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(done.rows.values()),
            "version": done.version,
            "file": dg.MetadataValue.path(str(done.path)),
            "is_simulated": done.is_simulated,
            "tables": dg.MetadataValue.md(table),
        }
    )
