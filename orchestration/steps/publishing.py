"""Publication: the last step. What is published is a whole version, and only when something differs from the one before."""

from __future__ import annotations

from dataclasses import replace

from ingestion.settings import Settings
from orchestration import compiled, lake, pending
from orchestration.locks import warehouse_lock
from orchestration.publish import publish
from orchestration.records import FilePath, Made, Markdown, Records
from orchestration.warehouse import opened

PUBLICATION_ASSET = ("published", "perps")


def publish_marts(settings: Settings, run_id: str, is_loss_accepted: bool = False) -> Records:
    """Publish facts, verdicts and marts when they are due. Raises PerpsError; the last publication then stays.

    `is_loss_accepted`: also when much of what is out would go (publication/losses.py).
    """
    with warehouse_lock(settings):
        owed = pending.debts(settings)
        if not owed.is_publication_due:
            return
        wanted = compiled.plan(settings).published()
        done = publish(settings, run_id, wanted, changes={}, is_loss_accepted=is_loss_accepted)
        if settings.lake_catalog:
            with opened(settings) as connection:
                lake.tidy(connection)
        pending.owe(settings, replace(owed, is_publication_due=False))
    table = "\n".join(["| table | rows |", "| --- | ---: |", *(f"| {name} | {rows:,} |" for name, rows in done.rows.items())])
    yield Made(
        PUBLICATION_ASSET,
        {
            "dagster/row_count": sum(done.rows.values()),
            "version": done.version,
            "file": FilePath(done.path),
            "is_new": done.is_new,
            "bytes written": done.bytes_written,
            "is_simulated": done.is_simulated,
            "tables": Markdown(table),
        },
    )
