"""The report: pages over what is published, written after it by the job that draws pictures."""

from collections.abc import Iterator

import dagster as dg

from ingestion.settings import load_settings
from orchestration.showing import Event, shown
from orchestration.steps.reporting import REPORT, report
from orchestration.tags import OWNER, PICTURES_GROUP, PUBLICATION_KEY


@dg.multi_asset(
    name="write_report",
    specs=[
        dg.AssetSpec(
            list(REPORT), deps=[PUBLICATION_KEY], group_name=PICTURES_GROUP, kinds={"html", "javascript"}, owners=[OWNER],
            description="Six static pages: market, venue, asset, funding and spreads, tokens, quality.",
        )
    ],
)  # fmt: skip
def pages(context: dg.AssetExecutionContext) -> Iterator[Event]:
    """Write them over what is published."""
    yield from shown(context, "write_report", lambda: report(load_settings()))
