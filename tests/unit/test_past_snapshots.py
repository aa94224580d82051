"""A month of snapshots in one run leaves in raw what as many runs leave, one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from ingestion.run.adapter import Adapter
from ingestion.run.ingest import ingest
from ingestion.run.past_snapshots import ingest_snapshots
from ingestion.run.replay import replay
from ingestion.settings import Settings, load_settings
from ingestion.store import landing
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

FIRST = date(2026, 7, 1)
EVENINGS = [datetime(2026, 7, day, 23, 55, tzinfo=UTC) for day in (1, 2, 3)]


def sources() -> list[Adapter]:
    return [all_sources()[name] for name in ("binance", "hyperliquid", "deribit", "jupiter", "perpetual_protocol", "drift")]


def held(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every source in raw, by key and time, its run id replaced by the moments that share it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(settings.raw_dir.glob("*/*/month=2*/part.parquet")):
        if path.parts[-4] != "perps":
            frame = pl.read_parquet(path, hive_partitioning=False)
            rows = frame.with_columns(pl.col("_fetched_at").unique().implode().over("_run_id").alias("_run_id")).to_dicts()
            found.setdefault(f"{path.parts[-4]}.{path.parts[-3]}", []).extend(rows)
    return found


def attempts(settings: Settings) -> pl.DataFrame:
    return pl.read_parquet(settings.raw_dir / "perps" / "ingestion_attempts" / "month=2026-07" / "part.parquet", hive_partitioning=False)


@pytest.fixture
def simulator() -> Any:
    with Simulator(Truth(start=FIRST, days=5, assets=["BTC", "SOL"]), now=EVENINGS[0]) as running:
        yield running


def house(simulator: Simulator, folder: Any) -> Settings:
    return load_settings(data_dir=folder, base_url=simulator.base_urls(), rate_limit_factor=1000.0, attempts=1, _env_file=None)


def test_rows_are_those_of_a_run_for_each_moment(simulator: Simulator, tmp_path: Any) -> None:
    one_by_one, at_once = house(simulator, tmp_path / "one-by-one"), house(simulator, tmp_path / "at-once")
    for evening in EVENINGS:
        simulator.set_now(evening)
        ingest(one_by_one, sources(), None, clock=lambda at=evening: at)
    results = ingest_snapshots(at_once, sources(), EVENINGS, simulator.set_now)
    assert [result.problem for result in results] == [None] * 4  # closed ones and those without a key are not asked
    assert held(at_once) == held(one_by_one)
    seen = {row["_fetched_at"] for row in held(at_once)["deribit.book_summaries"]}
    assert seen == set(EVENINGS)  # open interest that has no history: an observation an evening
    told = attempts(at_once).sort("source", "entity").select("source", "entity", "status", "last_event_at", "last_fetched_at")
    newest = attempts(one_by_one).filter(pl.col("attempted_at") == EVENINGS[-1]).sort("source", "entity").select(told.columns)
    assert told.rows() == [row for row in newest.rows() if row[2] == "ok"]


def test_landing_replays_to_the_same_rows(simulator: Simulator, tmp_path: Any) -> None:
    settings, again = house(simulator, tmp_path / "first"), house(simulator, tmp_path / "again")
    ingest_snapshots(settings, sources(), EVENINGS, simulator.set_now)
    replay(again, settings.landing_dir, all_sources().values())
    assert held(again) == held(settings)
    assert landing.is_simulated(again.data_dir)


def test_one_source_that_fails_at_one_moment_is_named_and_stops_nothing(simulator: Simulator, tmp_path: Any) -> None:
    settings = house(simulator, tmp_path)

    def set_clock(moment: datetime) -> None:
        simulator.set_now(moment)
        if moment == EVENINGS[1]:
            simulator.fail("deribit", "500")
        else:
            simulator.heal()

    results = {result.source: result for result in ingest_snapshots(settings, sources(), EVENINGS, set_clock)}
    assert {name: result.status for name, result in results.items()} == {
        "binance": "ok", "hyperliquid": "ok", "deribit": "failed", "jupiter": "ok",
    }  # fmt: skip
    assert "HTTP 500" in (results["deribit"].problem or "")
    rows = held(settings)
    assert {row["_fetched_at"] for row in rows["deribit.book_summaries"]} == {EVENINGS[0], EVENINGS[2]}
    assert {row["_fetched_at"] for row in rows["binance.open_interest"]} == set(EVENINGS)


def test_rows_set_aside_at_several_moments_fail_their_entity(simulator: Simulator, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a run of now: more than a tenth of an entity's rows is a source that has changed."""
    settings = house(simulator, tmp_path)
    (deribit,) = [source for source in sources() if source.name == "deribit"]
    summaries = deribit.entity("book_summaries")
    wrong = replace(summaries, columns={**summaries.columns, "instrument_name": pl.Float64()})
    others = tuple(entity for entity in deribit.entities if entity.name != summaries.name)
    monkeypatch.setattr(type(deribit), "entities", (*others, wrong))
    (result,) = ingest_snapshots(settings, [deribit], EVENINGS, simulator.set_now)
    assert result.status == "failed"
    assert "rows set aside" in (result.problem or "")
