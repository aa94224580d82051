"""Replay of our own landing: raw comes back exactly, from any split into commits, and landing itself is not touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.replay import replay
from ingestion.run.window import Window
from ingestion.settings import Settings, load_settings
from ingestion.store import landing
from ingestion.store.joining import join_closed_months
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 2)
NOW = datetime(2026, 7, 3, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Two days of one coin from the simulator, fetched in two runs: the second restates an hour of volume."""
    with Simulator(Truth(start=FIRST, days=4, assets=["BTC"]), now=NOW) as simulator:
        settings = load_settings(
            data_dir=tmp_path_factory.mktemp("original"), base_url=simulator.base_urls(), rate_limit_factor=1000.0, retry_seconds=0,
            markets="BTC*,binance:*,xyz:*", _env_file=None,
        )  # fmt: skip
        for hours, days in ((0, Window(FIRST, LAST)), (1, Window(LAST, LAST))):
            at = NOW + timedelta(hours=hours)
            simulator.set_now(at)
            if hours:
                simulator.corrupt(venue="binance", date=LAST, kind="negative_volume")
            ingest(settings, list(all_sources().values()), days, clock=lambda at=at: at)
        yield settings


def tables(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every source in raw, sorted; run ids apart, all columns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(settings.raw_dir.glob("*/*/month=2*/part.parquet")):
        source, entity = path.parts[-4], path.parts[-3]
        if source != "perps":
            found.setdefault(f"{source}.{entity}", []).extend(pl.read_parquet(path, hive_partitioning=False).to_dicts())
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def test_the_original_holds_something_of_every_source_and_a_restatement(simulated: Settings) -> None:
    found = tables(simulated)
    asked = {name for name, source in all_sources().items() if not source.closed_on and not source.key_variable}
    assert {name.split(".")[0] for name in found} == asked - {"cme"}  # its report is weekly
    versions = {(row["symbol"], row["open_time"]): row["_fetched_at"] for row in found["binance.klines"]}
    assert len(found["binance.klines"]) > len(versions) > 24
    assert landing.is_simulated(simulated.data_dir)


def test_raw_comes_back_exactly_in_several_commits(simulated: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.run.replay.COMMIT_BYTES", 20_000)
    report = replay(settings, simulated.landing_dir, all_sources().values())
    assert [line.reason for line in report.lines if line.reason and "without rows" not in line.reason] == []
    assert tables(settings) == tables(simulated)
    assert landing.is_simulated(settings.data_dir)


def test_raw_comes_back_exactly_from_months_that_were_joined(simulated: Settings, settings: Settings, tmp_path: Path) -> None:
    copied = tmp_path / "copied" / "landing"
    shutil.copytree(simulated.landing_dir, copied)
    joined = list(join_closed_months(copied, NOW + timedelta(days=40)))
    assert sum(one.files for one in joined) > len(joined) > 20
    replay(settings, copied, all_sources().values())
    assert tables(settings) == tables(simulated)


def test_a_replay_again_adds_nothing(simulated: Settings, settings: Settings) -> None:
    assert replay(settings, simulated.landing_dir, all_sources().values()).rows_added > 0
    assert replay(settings, simulated.landing_dir, all_sources().values()).rows_added == 0


def test_rebuilding_raw_from_ones_own_landing_leaves_landing_alone(simulated: Settings, settings: Settings) -> None:
    shutil.copytree(simulated.landing_dir, settings.landing_dir)
    shutil.copy(simulated.data_dir / landing.SIMULATED_MARK, settings.data_dir)
    before = sorted(str(path) for path in settings.landing_dir.rglob("*"))
    replay(settings, settings.landing_dir, all_sources().values())
    assert sorted(str(path) for path in settings.landing_dir.rglob("*")) == before
    assert tables(settings) == tables(simulated)


def test_bodies_of_another_folder_are_landed_so_that_figures_trace(simulated: Settings, settings: Settings) -> None:
    replay(settings, simulated.landing_dir, all_sources().values())
    landed = {payload.sha256 for payload in landing.read(settings.landing_dir)}
    assert {row["_payload_sha256"] for rows in tables(settings).values() for row in rows} <= landed


@pytest.mark.parametrize("commit_bytes", [1, 10**9], ids=["a commit a body", "one commit"])
def test_a_value_that_went_and_came_back_survives(
    commit_bytes: int, payload: Any, settings: Settings, held: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Runs named at random, as Dagster names them: 1, then 2, then 1 again must end with 1."""
    monkeypatch.setattr("ingestion.run.replay.COMMIT_BYTES", commit_bytes)
    for number, (run_id, value) in enumerate([("c", "1"), ("a", "2"), ("b", "1")]):
        body = {"symbol": "BTCUSDT", "time": 1_772_366_400_000, "openInterest": value}
        at = datetime(2026, 3, 1, 12 + number, tzinfo=UTC)
        landing.write(tmp_path / "other" / "landing", [payload("binance", "um_open_interest", body, fetched_at=at, run_id=run_id)])
    replay(settings, tmp_path / "other" / "landing", all_sources().values())
    assert [row["open_interest"] for row in held(settings, "binance", "open_interest")] == [1.0, 2.0, 1.0]


def test_a_source_or_endpoint_no_longer_known_is_listed(payload: Any, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "other" / "landing"
    landing.write(folder, [payload("retired", "x", [])])
    landing.write(folder, [payload("binance", "um_retired", [])])
    reasons = {line.source: line.reason for line in replay(settings, folder, all_sources().values()).lines}
    assert "no source 'retired' is registered" in (reasons["retired"] or "")
    assert "um_retired" in (reasons["binance"] or "")
