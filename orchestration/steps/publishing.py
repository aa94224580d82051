"""Publication: the last step. What is published is a whole version, and only when something differs from the one before."""

from __future__ import annotations

from dataclasses import replace

from ingestion.settings import Settings
from orchestration import pending
from orchestration.publish import publish
from orchestration.records import FilePath, Made, Markdown, Records
from orchestration.steps.locking import warehouse_lock

PUBLICATION_ASSET = ("published", "perps")


def publish_marts(settings: Settings, run_id: str) -> Records:
    """Publish facts, verdicts and marts when they are due. Raises PerpsError; the last publication then stays."""
    with warehouse_lock(settings):
        owed = pending.debts(settings)
        if not owed.is_publication_due:
            return
        done = publish(settings, run_id)
        pending.owe(settings, replace(owed, is_publication_due=False))
    table = "\n".join(["| table | rows |", "| --- | ---: |", *(f"| {name} | {rows:,} |" for name, rows in done.rows.items())])
    yield Made(
        PUBLICATION_ASSET,
        {
            "dagster/row_count": sum(done.rows.values()),
            "version": done.version,
            "file": FilePath(done.path),
            "is_simulated": done.is_simulated,
            "tables": Markdown(table),
        },
    )
