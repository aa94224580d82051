"""What readers of the address see, before a publication and after it: in the file, attached, in the catalog's name, in parquet."""

from __future__ import annotations

import json
from itertools import pairwise

import duckdb
import pytest
from publishing import build, build_months

from ingestion.settings import Settings
from orchestration.publication.relations import HELD_BACK, SIMULATED
from orchestration.publish import publish, rollback

LARGEST = "select max(volume_usd) from perps.facts.fct_volume_daily"
ADDRESSES = ("current/perps.duckdb", "perps.duckdb")
KEYS = {
    "facts.fct_candles_hourly": ("market_id", "opened_at"),
    "facts.fct_volume_daily": ("volume_usd", "market_id", "date"),
    "marts.dim_venues": ("venue",),
    "quality.gate_results": ("fact", "date"),
}


def publish_number(settings: Settings, number: int) -> None:
    build(settings, volume=float(number))
    publish(settings, "run")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_open_connection_keeps_its_version_and_a_new_one_has_the_next(address: str, settings: Settings) -> None:
    publish_number(settings, 1)
    path = str(settings.published_dir / address)
    with duckdb.connect(path, read_only=True) as first:
        for number in range(2, 7):  # three are kept: the file that it reads has no name any more
            publish_number(settings, number)
            assert first.execute(LARGEST).fetchone() == (1.0,)
            assert first.cursor().execute(LARGEST).fetchone() == (1.0,)
            with duckdb.connect(path, read_only=True) as other:
                assert other.execute(f"select current_catalog(), ({LARGEST})").fetchone() == ("perps", number)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_attached_keeps_its_version_until_it_is_attached_again(address: str, settings: Settings) -> None:
    publish_number(settings, 1)
    attach = f"attach '{settings.published_dir / address}' (read_only)"
    with duckdb.connect() as connection:
        connection.execute(attach)
        for number in range(2, 5):
            publish_number(settings, number)
            assert connection.execute(LARGEST).fetchone() == (number - 1,)
            connection.execute("detach perps")
            connection.execute(attach)
            assert connection.execute(LARGEST).fetchone() == (number,)
        rollback(settings)
        assert connection.execute(LARGEST).fetchone() == (4.0,)


def test_a_row_is_found_by_its_key_and_rows_lie_in_its_order(settings: Settings) -> None:
    build_months(settings, days=70, markets=5)
    publish(settings, "run", relations=KEYS)
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        for table, order in {
            "facts_all.fct_volume_daily": "date, volume_usd, market_id",  # the day first, then the key as it is told
            "facts_all.fct_candles_hourly": "opened_at, market_id",
            "quality.gate_results": "date, fact",
        }.items():
            places = f"select row_number() over (order by {order}) - 1 as place, rowid from {table}"
            assert connection.execute(f"select count(*) from ({places}) where place <> rowid").fetchone() == (0,)
        comments = connection.execute("select table_name, comment from duckdb_tables() where table_name <> 'publication'").fetchall()
        assert dict(comments) == {name.split(".")[1]: f"Key: {', '.join(key)}." for name, key in KEYS.items()}
    file = settings.published_dir / "parquet" / "fct_volume_daily.parquet" / "2026-02.parquet"
    rows = duckdb.execute(f"select date, volume_usd, market_id from '{file}'").fetchall()
    assert rows == sorted(rows)
    assert len(rows) == 28 * 5


def test_a_grain_that_is_told_already_is_told_as_the_key_once(settings: Settings) -> None:
    build(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("comment on table facts.fct_volume_daily is 'Volume of a day. Grain: day. In USD.'")
    publish(settings, "run", relations={"facts.fct_volume_daily": ("day",)})
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        query = "select comment from duckdb_tables() where table_name = 'fct_volume_daily'"
        assert connection.execute(query).fetchone() == ("Volume of a day.  In USD. Key: day.",)


def test_row_groups_of_a_large_file_follow_one_another_in_time(settings: Settings) -> None:
    """200 markets have 148,800 hours in a month of 31 days: two row groups, of which most days need one."""
    build_months(settings, days=32, markets=200)
    publish(settings, "run", relations={"facts.fct_candles_hourly": ("market_id", "opened_at")})
    file = settings.published_dir / "parquet" / "fct_candles_hourly.parquet" / "2026-01.parquet"
    query = (
        f"select cast(stats_min_value as timestamptz), cast(stats_max_value as timestamptz) from parquet_metadata('{file}') "
        "where path_in_schema = 'opened_at' order by row_group_id"
    )
    bounds = duckdb.execute(query).fetchall()
    assert len(bounds) > 1
    assert all(before[1] <= after[0] for before, after in pairwise(bounds))


def test_parquet_says_what_is_in_it(settings: Settings) -> None:
    build(settings)
    publish(settings, "run", relations={"facts.fct_volume_daily": ("day",)})
    folder = settings.published_dir / "parquet"
    for name in ("fct_volume_daily.parquet", "facts_all/fct_volume_daily.parquet"):
        query = f"select decode(key), decode(value) from parquet_kv_metadata('{folder / name}') where decode(key) <> 'ARROW:schema'"
        told = dict(duckdb.execute(query).fetchall())
        columns = json.loads(told.pop("columns"))
        assert told == {"table": "facts.fct_volume_daily", "description": "One market's day. Key: day.", "key": "day"}
        assert columns == {
            "day": "", "volume_usd": "USD, one side", "is_held_back": HELD_BACK.comment, "is_simulated": SIMULATED.comment,
        }  # fmt: skip


def test_the_publication_describes_its_own_row(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        query = "select count(*), count(nullif(comment, '')) from duckdb_columns() where table_name = 'publication'"
        assert connection.execute(query).fetchone() == (4, 4)
        query = "select count(*) from duckdb_tables() where table_name = 'publication' and comment like '%One row.'"
        assert connection.execute(query).fetchone() == (1,)
