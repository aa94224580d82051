"""Publication: the last step of the graph."""

from collections.abc import Iterator

import dagster as dg

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.showing import Event, shown
from orchestration.steps.publishing import publish_marts
from orchestration.tags import ACCEPT, OWNER, PUBLICATION_KEY


def _marts() -> list[dg.AssetKey]:
    """Every mart of the dbt project: nothing is published before all of them are built."""
    return [dg.AssetKey(list(node.asset)) for node in compiled.plan(load_settings()).of_layers("marts")]


@dg.multi_asset(
    name="publish",
    specs=[
        dg.AssetSpec(
            PUBLICATION_KEY,
            deps=_marts(),
            group_name="published",
            kinds={"duckdb", "parquet"},
            owners=[OWNER],
            description="The versioned, read-only file that SQL users and BI tools open, with the same tables as parquet.",
        )
    ],
)
def publication(context: dg.AssetExecutionContext) -> Iterator[Event]:
    """Publish what differs from the version before. A run with the tag `perps/accept` may also lose much of it."""
    yield from shown(context, "publish", lambda: publish_marts(load_settings(), context.run.run_id, ACCEPT in context.run.tags))
