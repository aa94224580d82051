"""Hyperliquid's statistics CDN: days without a zone, both sides in one figure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from ingestion.errors import BadAnswer
from ingestion.run.ingest import ingest
from ingestion.run.session import Session
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

FOLDER = "sources/hyperliquid-stats"
SOURCE = all_sources()["hyperliquid_stats"]


@pytest.mark.recorded
def test_recorded_liquidations(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/daily_notional_liquidated_by_coin__majors-to-2024.json", "hyperliquid_stats", "liquidated_by_coin")
    rows = typed(one)["liquidations_by_coin"]
    assert list(rows[0].values()) == ["BTC", datetime(2023, 6, 14, tzinfo=UTC), 608.1892310000001]
    assert list(rows[2].values()) == ["kPEPE", datetime(2023, 6, 14, tzinfo=UTC), 576.66]


@pytest.mark.recorded
def test_recorded_users(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/daily_unique_users__to-2024.json", "hyperliquid_stats", "unique_users")
    rows = typed(one)["unique_users"]
    assert len(rows) == 568
    assert rows[0]["time"] == datetime(2023, 6, 13, tzinfo=UTC)


@pytest.mark.parametrize("time", ["2023-06-13T08:00:00", "2023-06-13T00:00:00Z", "soon", None, 7])
def test_anything_but_a_day_without_a_zone_is_set_aside(time: Any, settings: Any, wire: Any, held: Any) -> None:
    rows = [{"time": at, "daily_unique_users": 5} for at in (time, "2023-06-14T00:00:00")]
    line = wire(lambda request: {"chart_data": rows if "users" in request.url.path else []})
    day = date(2023, 6, 14)
    (result,) = ingest(settings, [SOURCE], Window(day, day), transports={"hyperliquid_stats": line.transport})
    assert [row["time"] for row in held(settings, "hyperliquid_stats", "unique_users")] == [datetime(2023, 6, 14, tzinfo=UTC)]
    assert "1 of 2 rows set aside, the first because time" in (result.problem or "")


def test_after_its_end_nothing_is_asked(settings: Any, wire: Any) -> None:
    """A window that begins before it ends with it."""
    line = wire(lambda request: {"chart_data": []})
    for first, requests in ((date(2026, 4, 4), 0), (date(2026, 4, 3), 3)):
        window = Window(first, date(2026, 4, 9))
        (result,) = ingest(settings, [SOURCE], window, transports={"hyperliquid_stats": line.transport})
        assert (result.status, result.problem, len(line.asked)) == ("closed", None, requests)


def test_open_interest_is_told_by_coin_and_day(payload: Any, typed: Any) -> None:
    body = {"chart_data": [{"time": "2025-06-14T00:00:00", "coin": "BTC", "open_interest": 3.5e9}]}
    rows = typed(payload("hyperliquid_stats", "open_interest", body))["open_interest_by_coin"]
    assert [list(row.values()) for row in rows] == [["BTC", datetime(2025, 6, 14, tzinfo=UTC), 3.5e9]]


def test_three_requests_give_whole_series_equal_to_the_truth(make_settings: Any) -> None:
    truth = Truth(start=date(2026, 3, 1), days=4, assets=["BTC", "PEPE"])
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    with Simulator(truth, now=now) as simulator:
        one = make_settings(base_url=simulator.base_urls(), rate_limit_factor=1000)
        (result,) = ingest(one, [SOURCE], Window(now.date(), now.date()), clock=lambda: now)
    assert (result.problem, result.requests) == (None, 3)
    ours = pl.read_parquet(f"{one.raw_dir}/hyperliquid_stats/liquidations_by_coin/*/part.parquet", hive_partitioning=False)
    theirs = truth.liquidations().filter((pl.col("venue") == "hyperliquid") & (pl.col("date") < now.date()))
    sums = theirs.group_by("symbol", "date").agg(pl.col("liquidated_usd").sum())
    joined = ours.with_columns(date=pl.col("time").dt.date()).join(sums, left_on=["coin", "date"], right_on=["symbol", "date"])
    assert len(joined) == len(sums) == 4
    assert joined.filter((pl.col("daily_notional_liquidated") / pl.col("liquidated_usd") - 1).abs() > 1e-12).is_empty()
    held = pl.read_parquet(f"{one.raw_dir}/hyperliquid_stats/open_interest_by_coin/*/part.parquet", hive_partitioning=False)
    hours = truth.open_interest().filter((pl.col("venue") == "hyperliquid") & (pl.col("date") == date(2026, 3, 2)))
    spans = hours.group_by("symbol").agg(pl.col("open_interest_usd").min().alias("least"), pl.col("open_interest_usd").max().alias("most"))
    told = held.filter(pl.col("time").dt.date() == date(2026, 3, 2)).join(spans, left_on="coin", right_on="symbol")
    assert len(told) == 2
    assert told.filter(~pl.col("open_interest").is_between(pl.col("least") * 0.95, pl.col("most") * 1.05)).is_empty()


def test_a_changed_shape_is_told_by_name(settings: Any, payload: Any) -> None:
    with pytest.raises(BadAnswer, match="unexpected shape"):
        Session(SOURCE, settings, "run", client=None).take(payload("hyperliquid_stats", "unique_users", {"rows": []}))
