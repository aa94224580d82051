"""`perps status`: what each source last gave, what the gate last said, what is published. Reads raw and the ledger, no warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import duckdb
import yaml  # type: ignore[import-untyped]

from expectations.ledger import ensure_ledger
from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.settings import Settings
from ingestion.store.layout import EMPTY_MONTH
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from orchestration.environment import DBT_PROJECT_DIR
from orchestration.warehouse import literal, pattern


def stale_limits() -> dict[str, float | None]:
    """Hours until data are stale, by entity, source or `*`: the limits of mart_freshness, in dbt_project.yml. None: never."""
    variables = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
    return {"*": variables["stale_after_hours"], **variables["stale_after_hours_by_entity"]}


def limit_of(limits: Mapping[str, float | None], source: str, entity: str) -> float | None:
    """An entity's own limit, its source's, or everybody's."""
    return limits.get(f"{source}.{entity}", limits.get(source, limits["*"]))


class Told(NamedTuple):
    """What the attempts on an entity say of it; `rows_quarantined` is the most that one of the last 24 hours set aside."""

    status: str
    error: str | None = None
    rows_quarantined: int = 0
    quarantined_because: str | None = None
    limitations: str | None = None
    clock_seconds: int | None = None  # of its source, in that one's newest attempt


NEVER = Told("never fetched")


@dataclass(frozen=True)
class EntityStatus:
    """One line of the table."""

    source: str
    entity: str
    last_day: date | None
    rows: int
    lag_hours: float | None
    status: str
    problem: str | None
    rows_quarantined: int = 0
    quarantined_because: str | None = None
    limitations: str | None = None
    clock_seconds: int | None = None


def entities(settings: Settings, now: datetime | None = None) -> list[EntityStatus]:
    """Every entity of every source, whether or not it was ever fetched, and what a source has no public API for."""
    now = now or datetime.now(UTC)
    latest, limits = _latest_attempts(settings), stale_limits()
    lines = []
    for source in all_sources().values():
        for entity in source.entities:
            table = RawTable(settings.raw_dir, source.name, entity)
            newest = table.last_event()
            lag = (now - newest).total_seconds() / 3600 if newest else None
            told = latest.get((source.name, entity.name), NEVER)
            status = told.status
            if source.lacks_key(settings):
                status = "not_configured"
            elif source.closed_on:
                status = "closed"
            elif status == "ok":
                limit = limit_of(limits, source.name, entity.name)
                status = "stale" if limit is not None and (lag is None or lag > limit) else "ok"
            last_day = newest.date() if newest else None
            lines.append(EntityStatus(source.name, entity.name, last_day, table.rows(), lag, status, *told[1:]))
        lines += [EntityStatus(source.name, name, None, 0, None, "no_public_api", why) for name, why in source.no_public_api.items()]
    return lines


def verdicts(settings: Settings) -> list[tuple[str, str, date, bool, int]]:
    """Per fact and venue or protocol: the last day judged, whether it passed, and how many days are held back."""
    files = literal(f"{pattern(settings.ledger_dir)}/*/part.parquet")
    query = f"""
        select fact, venue_or_protocol, max(date) as last_day, arg_max(is_passed, date) as is_passed,
            cast(sum(case when is_passed then 0 else 1 end) as bigint) as held_back
        from read_parquet({files}, hive_partitioning = false) group by fact, venue_or_protocol order by fact, venue_or_protocol
    """
    if not list(settings.ledger_dir.glob("*/part.parquet")):
        return []
    ensure_ledger(settings.ledger_dir)
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def _latest_attempts(settings: Settings) -> dict[tuple[str, str], Told]:
    """As `dim_source_entities` has it, read from raw itself: a failure before the build is told too."""
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    if not table.months():
        return {}
    parts = [literal(pattern(table.part(month))) for month in [EMPTY_MONTH, *table.months()[-2:]]]
    files = f"[{', '.join(parts)}]"
    query = f"""
        with told as (
            select * from read_parquet({files}, hive_partitioning = false, union_by_name = true)
            union all by name  -- what an older version wrote has fewer columns
            select cast(null as varchar) as quarantined_because, cast(null as varchar) as limitations,
                cast(null as bigint) as clock_seconds where false
        ),
        attempts as (
            select *, max(attempted_at) over (partition by source, entity) as newest_at,
                first_value(clock_seconds) over (partition by source order by attempted_at desc, clock_seconds desc nulls last) as ahead
            from told
        ),
        recent as (
            select *, row_number() over (partition by source, entity order by rows_quarantined desc, attempted_at desc) as most
            from attempts where attempted_at > newest_at - interval 24 hours
        )
        select attempts.source, attempts.entity, attempts.status, attempts.error, recent.rows_quarantined, recent.quarantined_because,
            attempts.limitations, attempts.ahead
        from attempts inner join recent on attempts.source = recent.source and attempts.entity = recent.entity and recent.most = 1
        where attempts.attempted_at = attempts.newest_at
    """
    with duckdb.connect() as connection:
        return {(source, entity): Told(*told) for source, entity, *told in connection.execute(query).fetchall()}
