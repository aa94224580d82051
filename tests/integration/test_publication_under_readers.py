"""Readers never wait and never see two versions: other processes read while the chain, or a bare warehouse, publishes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from house import FEW, House

from ingestion.settings import load_settings
from orchestration.publish import current_version, publish, rollback, versions
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
READER = """
import sys, time, duckdb, pathlib
path, stop, reads, days_seen = sys.argv[1], pathlib.Path(sys.argv[2]), 0, set()
is_last = False
while not is_last:
    is_last = stop.exists()
    with duckdb.connect(path, read_only=True) as connection:
        volume, share = connection.execute("select sum(volume_usd), sum(volume_share) from marts.mart_venue_share_daily").fetchone()
        days = connection.execute("select count(distinct date) from marts.mart_venue_share_daily").fetchone()[0]
    assert volume > 0 and abs(share - days) < 1e-9, (volume, share, days)
    days_seen.add(days)
    if not reads:
        print("reading", flush=True)
    reads += 1
    time.sleep(0.1)  # the writer needs the core, too
print(len(days_seen))
"""
DESCRIBED = """
with described as (
    select schema_name, table_name as name, null as column_name, comment from duckdb_tables()
    union all select schema_name, view_name, null, comment from duckdb_views() where not internal
    union all select schema_name, table_name, column_name, comment from duckdb_columns() where not internal
)
"""


def test_readers_see_whole_publications_only(house: Callable[..., House]) -> None:
    truth = Truth(start=LAST - timedelta(days=5), days=7, assets=["BTC", "ETH"])
    with Simulator(truth, now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=FEW)
        assert one.sync(LAST - timedelta(days=3)).exit_code == 0
        stop = one.folder / "stop"
        command = [sys.executable, "-c", READER, str(one.folder / "published" / "perps.duckdb"), str(stop)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
            for back in (2, 1, 0):
                assert one.sync(LAST - timedelta(days=back)).exit_code == 0
            stop.touch()
            versions_seen, errors = reader.communicate()
        assert reader.returncode == 0, errors
        assert int(versions_seen) >= 2
        assert one.query(f"{DESCRIBED} select schema_name, name, column_name from described where coalesce(comment, '') = ''") == []
        settings = one.enter()
        assert len(versions(settings)) == 3
        newest = current_version(settings)
        older = rollback(settings)
        assert older == current_version(settings) != newest
        assert one.query("select max(date) from mart_venue_share_daily") == [(LAST - timedelta(days=1),)]
        assert one.query("select version from quality.publication") == [(older,)]


TABLES = ("marts.mart_a", "marts.mart_b_daily", "facts.fct_c_daily")
KEEPER = """
import hashlib, sys, duckdb
path = sys.argv[1]
with open(path, "rb") as file, duckdb.connect(path, read_only=True) as connection:
    def seen():
        file.seek(0)
        rows = [connection.execute(f"select min(n), max(n), count(*) from {table}").fetchone() for table in sys.argv[2:]]
        return hashlib.sha256(file.read()).hexdigest(), rows
    first = seen()
    print(first[1][0][0], flush=True)
    for line in sys.stdin:
        print(seen() == first, flush=True)
"""
CHASER = """
import json, pathlib, sys, duckdb
kind, published, stop, tables = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4:]
reads, torn, numbers, is_last = 0, 0, set(), False
while not is_last:
    is_last = stop.exists()
    if kind == "file":
        with duckdb.connect(str(published / "perps.duckdb"), read_only=True) as database:
            rows = [database.execute(f"select min(n), max(n), count(*) from {table}").fetchone() for table in tables]
    else:
        if kind == "parquet":
            folder = (published / "current").resolve() / "parquet"  # resolved once: all tables of one version
        else:
            (version,) = duckdb.execute(f"select version from '{published}/current/parquet/publication.parquet'").fetchone()
            folder = published / "versions" / version / "parquet"
        try:
            files = [str(folder / (table.split(".")[1] + ".parquet")) for table in tables]
            rows = [duckdb.execute("select min(n), max(n), count(*) from read_parquet(?)", [file]).fetchone() for file in files]
        except duckdb.IOException:
            assert not folder.exists(), "only a version that three others have displaced goes"
            continue
    reads, torn = reads + 1, torn + (len({n for low, high, _ in rows for n in (low, high)}) > 1 or {count for *_, count in rows} != {2000})
    numbers.add(rows[0][0])
    if reads == 1:
        print("reading", flush=True)
print(json.dumps([reads, torn, len(numbers)]))
"""


def publish_number(folder: Path, number: int) -> None:
    """Every table of this publication carries the number in every row."""
    settings = load_settings(data_dir=folder)
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        for table in TABLES:
            warehouse.execute(f"create schema if not exists {table.split('.')[0]}")
            day = "date '2026-01-01' + (i // 25)::integer as date, " if table.endswith("_daily") else ""
            warehouse.execute(f"create or replace table {table} as select {day}i, {number} as n from range(2000) t(i)")
    publish(settings, f"run-{number}")


def test_a_reader_keeps_its_version_byte_for_byte(tmp_path: Path) -> None:
    for number in range(3):
        publish_number(tmp_path, number)
    command = [sys.executable, "-c", KEEPER, str(tmp_path / "published" / "perps.duckdb"), *TABLES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "2\n"
        for number in range(3, 9):
            publish_number(tmp_path, number)
            reader.stdin.write("again\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "True\n", number
        reader.stdin.close()
    assert len(versions(load_settings(data_dir=tmp_path))) == 3


@pytest.mark.parametrize("kind", ["file", "parquet", "parquet by its version"])
def test_no_read_sees_two_versions(kind: str, tmp_path: Path) -> None:
    publish_number(tmp_path, 0)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", CHASER, kind, str(tmp_path / "published"), str(stop), *TABLES]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        for number in range(1, 13):
            publish_number(tmp_path, number)
        stop.touch()
        reads, torn, numbers = json.loads(reader.communicate()[0])
    assert torn == 0
    assert (reads > 1, numbers > 1) == (True, True), "it read before and after"
