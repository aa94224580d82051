"""A small warehouse to publish, and looking at what came of it. Belongs here: what several tests of publication start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingestion.settings import Settings

FIRST_DAY = "2026-01-01"


def build(settings: Settings, volume: float = 1.5) -> None:
    """A warehouse as dbt leaves one: tables and a view, described, and schemas that stay inside."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for schema in ("marts", "facts", "quality", "staging", "raw"):
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create or replace table facts.fct_volume_daily as select range as day, {volume} as volume_usd from range(3)")
        connection.execute("comment on table facts.fct_volume_daily is 'One market''s day.'")
        connection.execute("comment on column facts.fct_volume_daily.volume_usd is 'USD, one side'")
        connection.execute("create or replace table marts.mart_asset_daily as select 'BTC' as asset union all select 'ETH'")
        connection.execute("create or replace view quality.gate_results as select 'fct_volume_daily' as fact, true as is_passed")
        connection.execute("create or replace table staging.stg_secret as select 1 as x")


def build_months(settings: Settings, days: int, markets: int = 3) -> None:
    """A warehouse with tables of days and of hours, unsorted, from the first day on."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for schema in ("marts", "facts", "quality"):
            connection.execute(f"create schema if not exists {schema}")
        numbers = f"(select i % {markets} as m, i // {markets} as d from range({days * markets}) t(i) order by hash(i))"
        day = f"date '{FIRST_DAY}' + d::integer"
        connection.execute(
            f"create or replace table facts.fct_volume_daily as select 'v:' || m as market_id, {day} as date, 'v' as venue, "
            f"m + d as volume_usd, now() as fetched_at, strftime({day}, '%Y-%m') as month from {numbers}"
        )
        connection.execute(
            "create or replace table facts.fct_candles_hourly as select market_id, "
            "cast(date as timestamp) at time zone 'UTC' + to_hours(h) as opened_at, "
            "volume_usd / 24 as volume_usd, month from facts.fct_volume_daily, range(24) t(h)"
        )
        connection.execute("create or replace table marts.mart_venue_share_daily as select venue, date, sum(volume_usd) as volume_usd from "
                           "facts.fct_volume_daily group by venue, date")  # fmt: skip
        connection.execute("create or replace table marts.mart_published_days as select 'fct_volume_daily' as fact, venue as "
                           "venue_or_protocol, date from marts.mart_venue_share_daily")  # fmt: skip
        connection.execute("create or replace table marts.dim_venues as select 'v' as venue")
        connection.execute("create or replace view quality.gate_results as select 'fct_volume_daily' as fact, date, true as is_passed from "
                           "marts.mart_venue_share_daily")  # fmt: skip


def change(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def read(settings: Settings, query: str, address: str = "perps.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published_dir / address), read_only=True) as connection:
        return connection.execute(query).fetchall()


def differences(settings: Settings) -> list[str]:
    """Tables of the publication, as DuckDB file or as parquet, that are not the warehouse's, row for row and none more."""
    out, found = settings.published_dir / "current", []
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {_literal(settings.warehouse)} as source (read_only)")
        connection.execute(f"attach {_literal(out / 'perps.duckdb')} as out (read_only)")
        names = "select replace(schema_name, 'facts_all', 'facts') || '.' || table_name from duckdb_tables() where database_name = ?"
        tables = f"{names} and schema_name in ('marts', 'facts', 'facts_all', 'quality')"
        views = tables.replace("table", "view")
        ours = {name for (name,) in connection.execute(f"{tables} union {views}", ["source", "source"]).fetchall()}
        theirs = {name for (name,) in connection.execute(tables, ["out"]).fetchall()} - {"quality.publication"}
        for name in sorted(ours & theirs):
            columns = f"* exclude (is_simulated{', is_held_back' if '.fct_' in name else ''})"
            has_stamp = connection.execute("select count(*) from duckdb_columns() where database_name = 'source' and schema_name || '.' || "
                                           "table_name = ? and column_name = 'fetched_at'", [name]).fetchone() == (1,)  # fmt: skip
            wanted = f"select {'* exclude (fetched_at)' if has_stamp else '*'} from source.{name}"
            place = name.replace("facts.fct_", "facts_all.fct_")  # where all rows of a fact are
            folder = out / "parquet" / (place.replace(".", "/") if place != name else name.split(".")[1])
            parquet = f"read_parquet({_literal(folder.with_suffix('.parquet'))})"
            for copy in (f"select {columns} from out.{place}", f"select {columns} from {parquet}"):
                both = f"(({wanted}) except all ({copy})) union all (({copy}) except all ({wanted}))"
                if connection.execute(f"select count(*) from ({both})").fetchone() != (0,):
                    found.append(f"{name}: {'parquet' if 'parquet' in copy else 'file'}")
        return [*found, *sorted(ours ^ theirs)]


def names_left(settings: Settings) -> list[str]:
    """What lies in the folders of the publication beside the links, the versions and their content."""
    root = settings.published_dir
    beside = {path.name for path in root.iterdir()} - {"current", "perps.duckdb", "parquet", "versions"}
    return sorted([*beside, *(path.name for path in (root / "versions").iterdir() if not path.name.isdigit())])


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
