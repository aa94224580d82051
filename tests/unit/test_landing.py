"""Landing: bodies come back byte for byte, files are whole and never changed, simulated and real data never meet."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.errors import PerpsError
from ingestion.store import landing
from ingestion.wire.payload import Payload

Make = Callable[..., Payload]


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_payload_comes_back_as_it_was(tmp_path: Path, payload: Make) -> None:
    one = payload(
        "hyperliquid", "meta", b'\x00\xff{"a": 0.10}\r\n', method="POST", params={"limit": "499", "symbol": "BTCUSDT"}, is_simulated=True,
        request_json={"type": "meta", "req": {"startTime": 1}}, status=200, content_type="text/x", match={"slug": "a b/ü"},
    )  # fmt: skip
    landing.write(tmp_path / "landing", [one])
    (back,) = landing.read(tmp_path / "landing")
    assert back == one


@example_settings(deadline=None)
@given(bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=8))
def test_any_bytes_survive(bodies: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("landing")
    base: dict[str, Any] = {"source": "s", "endpoint": "e", "method": "GET", "url": "u", "params": {}, "request_json": None, "status": 200}
    rest = {"content_type": "", "sha256": "x", "run_id": "run", "fetched_at": datetime(2026, 3, 1, tzinfo=UTC)}
    landing.write(folder / "landing", [Payload(**(base | rest | {"body": body})) for body in bodies])
    assert [one.body for one in landing.read(folder / "landing")] == bodies


def test_a_payload_is_found_by_its_hash_with_one_query(tmp_path: Path, payload: Make) -> None:
    wanted = payload("binance", "um_klines", [[1, "2"]])
    landing.write(tmp_path / "landing", [payload("binance", "um_klines", [index]) for index in range(5)] + [wanted])
    query = "select endpoint, body from read_parquet(?) where sha256 = ?"
    found = duckdb.execute(query, [f"{tmp_path}/landing/**/*.parquet", wanted.sha256]).fetchall()
    assert found == [("um_klines", wanted.body)]


def test_nothing_to_land_makes_no_file(tmp_path: Path) -> None:
    assert landing.write(tmp_path / "landing", []) is None
    assert files(tmp_path) == []


def test_a_second_commit_of_a_run_is_a_second_file_and_the_first_stays(tmp_path: Path, payload: Make) -> None:
    first = landing.write(tmp_path / "landing", [payload("binance", "um_klines", [1])])
    assert first is not None
    before = first.read_bytes()
    second = landing.write(tmp_path / "landing", [payload("binance", "um_klines", [2])])
    assert (first.read_bytes(), files(tmp_path)) == (before, [first, second])
    assert first.relative_to(tmp_path) == Path("landing/binance/2026-03-01/20260301T120000-00000000-0000.parquet")


def test_a_file_is_not_overwritten_even_when_an_older_one_is_gone(tmp_path: Path, payload: Make) -> None:
    first = landing.write(tmp_path / "landing", [payload("binance", "um_klines", [1])])
    second = landing.write(tmp_path / "landing", [payload("binance", "um_klines", [2])])
    assert first is not None
    assert second is not None
    before = second.read_bytes()
    first.unlink()
    landing.write(tmp_path / "landing", [payload("binance", "um_klines", [3])])
    assert second.read_bytes() == before


def test_a_write_that_fails_leaves_the_old_file_and_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "part.parquet"
    landing.write_parquet(pl.DataFrame({"a": [1]}), target)
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        landing.write_parquet(pl.DataFrame({"a": [2]}), target)
    assert pl.read_parquet(target)["a"].to_list() == [1]


def test_a_write_that_succeeds_leaves_only_its_file(tmp_path: Path) -> None:
    for value in (1, 2):
        landing.write_parquet(pl.DataFrame({"a": [value]}), tmp_path / "deep" / "part.parquet")
    assert files(tmp_path) == [tmp_path / "deep" / "part.parquet"]


@pytest.mark.parametrize("is_simulated", [True, False], ids=["simulated first", "real first"])
def test_simulated_and_real_data_never_meet(is_simulated: bool, tmp_path: Path, payload: Make) -> None:
    landing.write(tmp_path / "landing", [payload("binance", "um_klines", [1], is_simulated=is_simulated)])
    assert landing.is_simulated(tmp_path) is is_simulated
    with pytest.raises(PerpsError, match="choose another PERPS_DATA_DIR"):
        landing.write(tmp_path / "landing", [payload("defillama", "protocols", [2], is_simulated=not is_simulated)])
    assert len(list(landing.read(tmp_path / "landing"))) == 1
    landing.write(tmp_path / "landing", [payload("defillama", "protocols", [2], is_simulated=is_simulated)])


def test_one_commit_of_both_kinds_is_refused(tmp_path: Path, payload: Make) -> None:
    with pytest.raises(PerpsError):
        landing.write(tmp_path / "landing", [payload("binance", "um_klines", [n], is_simulated=n == 1) for n in range(2)])


def test_bodies_are_read_oldest_first_whatever_their_runs_are_called(tmp_path: Path, payload: Make) -> None:
    """Dagster names its runs at random; replay must still meet the versions in the order they were known."""
    runs = ["f0", "0a", "c4", "11", "9e"]
    start: Any = payload("binance", "um_klines", [0]).fetched_at
    for number, run_id in enumerate(runs):
        at = start + timedelta(hours=9 * number)
        landing.write(tmp_path / "landing", [payload("binance", "um_klines", [number], fetched_at=at, run_id=run_id)])
    assert [one.json for one in landing.read(tmp_path / "landing")] == [[0], [1], [2], [3], [4]]


@pytest.mark.parametrize("rows", [1, 100_000])
def test_a_file_that_finds_no_room_is_named(tmp_path: Path, rows: int) -> None:
    target = tmp_path / "part.parquet"
    (tmp_path / f"part.{os.getpid()}.partial").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"part\.parquet cannot be written: .*"):
        landing.write_parquet(pl.DataFrame({"a": range(rows)}), target)
    assert not target.exists()
