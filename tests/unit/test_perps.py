"""`import perps`: what is published, as a connection and as frames, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import perps
from orchestration.published import connected

ROWS = """select 'BTC' as asset, date '2026-03-01' as date, timestamptz '2026-03-01 08:00:00+00' as settled_at, 1.5::double as open_usd,
    cast(2.25 as decimal(18, 6)) as amount_usd, 7::bigint as trades, true as is_simulated
union all select 'ETH', date '2026-03-02', null, null, null, null, true"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two versions, of which the first is out; facts lie in their own schema."""
    published = tmp_path / "data" / "published"
    for version in ("000001", "000002"):
        (published / "versions" / version).mkdir(parents=True)
        with duckdb.connect(str(published / "versions" / version / "perps.duckdb")) as connection:
            connection.execute(f"create schema marts; create schema quality; create schema facts; create table marts.mart_days as {ROWS}")
            connection.execute(
                f"create table quality.publication as select '{version}' as version; create view facts.fct_n as select 3 as n"
            )
    (published / "current").symlink_to("versions/000001")
    return tmp_path / "data"


def test_frames_have_the_values_and_the_documented_types(data: Path) -> None:
    found = perps.frame("mart_days", data)
    assert found.rows() == [
        ("BTC", date(2026, 3, 1), datetime(2026, 3, 1, 8, tzinfo=UTC), 1.5, Decimal("2.25"), 7, True),
        ("ETH", date(2026, 3, 2), None, None, None, None, True),
    ]
    assert dict(found.schema) == {
        "asset": pl.String(), "date": pl.Date(), "settled_at": pl.Datetime("us", "UTC"), "open_usd": pl.Float64(),
        "amount_usd": pl.Decimal(18, 6), "trades": pl.Int64(), "is_simulated": pl.Boolean(),
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # DuckDB's own
def test_pandas_has_the_same(data: Path) -> None:
    found = perps.frame("marts.mart_days", data, kind="pandas")
    assert {name: str(kind) for name, kind in found.dtypes.items() if name != "asset"} == {
        "date": "datetime64[us]", "settled_at": "datetime64[us, UTC]", "open_usd": "float64", "amount_usd": "float64",
        "trades": "Int64", "is_simulated": "bool",
    }  # fmt: skip
    assert found["settled_at"][0] == pd.Timestamp("2026-03-01 08:00", tz="UTC")
    assert (list(found["asset"]), found["amount_usd"][0], found["trades"].isna().tolist()) == (["BTC", "ETH"], 2.25, [False, True])


def test_a_query_has_parameters_and_tables_need_no_schema(data: Path) -> None:
    assert perps.frame("select asset, n from mart_days, fct_n where date > ?", data, parameters=[date(2026, 3, 1)]).rows() == [("ETH", 3)]


def test_a_connection_reads_one_version_and_writes_nothing(data: Path) -> None:
    with perps.connect(data) as before:
        (data / "published" / "current").unlink()
        (data / "published" / "current").symlink_to("versions/000002")
        asked = "select version from publication"
        assert before.execute(asked).fetchall() == [("000001",)]
        with perps.connect(data) as after:
            assert after.execute(asked).fetchall() == [("000002",)]
            with pytest.raises(duckdb.InvalidInputException, match="read-only"):
                after.execute("create table marts.mine as select 1 as n")


def test_it_is_opened_as_the_command_line_opens_it(data: Path) -> None:
    asked = "select current_setting('timezone'), current_setting('search_path')"
    with perps.connect(data) as ours, connected(data / "published" / "current" / "perps.duckdb") as theirs:
        assert ours.execute(asked).fetchall() == theirs.execute(asked).fetchall()


def test_the_folder_is_that_of_the_settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent)
    monkeypatch.delenv("PERPS_DATA_DIR", raising=False)
    assert len(perps.frame("mart_days")) == 2  # ./data
    (data.parent / ".env").write_text("PERPS_DATA_DIR=elsewhere\n")
    with pytest.raises(FileNotFoundError, match=r"elsewhere/published/current/perps\.duckdb: nothing published yet; run `perps sync`"):
        perps.connect()
    monkeypatch.setenv("PERPS_DATA_DIR", str(data))
    assert len(perps.frame("mart_days")) == 2


def test_pandas_is_asked_for_and_not_there(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pandas is not installed .* or leave kind='polars'"):
        perps.frame("mart_days", data, kind="pandas")
    assert len(perps.frame("mart_days", data)) == 2


def test_another_kind_is_refused(data: Path) -> None:
    with pytest.raises(ValueError, match="write 'polars' or 'pandas'"):
        perps.frame("mart_days", data, kind="arrow")  # type: ignore[call-overload]


def test_nothing_else_is_public_and_little_is_imported(repository: Path) -> None:
    assert perps.__all__ == ["connect", "frame"]
    script = "import perps, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=repository)
    assert {name.split(".")[0] for name in done.stdout.split()} & {
        "ingestion",
        "orchestration",
        "dagster",
        "dbt",
        "pandas",
        "polars",
    } == set()
