"""BitMEX's dialect: day files of trades that add up to the truth, bars stamped at their close, pages by number of rows."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialects.bitmex import DIALECT, VENUE

TRUTH = Truth(seed=3, start=date(2026, 8, 1), days=20, venues=[VENUE])
NOW = datetime(2026, 8, 15, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("bitmex", TRUTH, NOW)
body = SIMULATED.said


def test_the_closed_venue_is_in_nobodys_truth_unasked() -> None:
    assert DIALECT.venue is None
    assert {listing.symbol for asset in TRUTH.assets.values() for listing in VENUE.list_asset(asset)} == {"XBTUSD", "XBTUSDT", "ETHUSD"}


def test_a_day_of_trades_is_the_truths_volume() -> None:
    reply = SIMULATED.ask("/data/trade/20260810.csv.gz")
    rows = pl.read_csv(gzip.decompress(reply.content))
    sums = rows.group_by("symbol").agg(pl.col("size", "homeNotional", "foreignNotional").sum(), pl.col("price").max())
    truth = TRUTH.daily_volume().filter(date=date(2026, 8, 10))
    both = sums.join(truth, on="symbol")
    assert len(both) == 3
    assert both["homeNotional"].to_list() == both["volume_base"].to_list()
    assert both["foreignNotional"].to_list() == both["volume_usd"].to_list()
    assert both["price"].to_list() == both["high"].to_list()
    inverse = both.filter(symbol="XBTUSD")
    assert inverse["size"].item() == inverse["volume_usd"].item()


def test_the_running_day_has_no_file() -> None:
    archive = Simulated("bitmex", TRUTH, NOW, "/data/trade/")
    assert archive.ask("20260815.csv.gz").status == 404
    assert archive.ask("20260814.csv.gz").status == 200
    archive.board.option("bitmex.archive", "gone")
    assert archive.ask("20260814.csv.gz").status == 404


def test_a_bar_is_stamped_at_its_close() -> None:
    rows = body("/trade/bucketed", binSize="1h", startTime="2026-08-10T01:00:00.000Z", endTime="2026-08-10T01:00:00.000Z")
    truth = TRUTH.candles().filter(symbol="XBTUSD").row(by_predicate=pl.col("opened_at") == datetime(2026, 8, 10, tzinfo=UTC), named=True)
    assert (rows[1]["close"], rows[1]["trades"], rows[1]["foreignNotional"]) == (truth["close"], truth["trades"], truth["volume_usd"])


def test_funding_and_instruments() -> None:
    rows = body("/funding", startTime="2026-08-10T00:00:00.000Z", endTime="2026-08-10T23:59:59.999Z")
    truth = TRUTH.funding().filter(date=date(2026, 8, 10), symbol="ETHUSD").sort("settled_at")
    assert [row["fundingRate"] for row in rows if row["symbol"] == "ETHUSD"] == truth["funding_rate"].to_list()
    assert {row["fundingInterval"] for row in rows} == {"2000-01-01T08:00:00.000Z"}
    listed = {row["symbol"]: row for row in body("/instrument")}
    at = TRUTH.open_interest().filter(observed_at=NOW.replace(minute=0))
    interest = {row["symbol"]: row for row in at.to_dicts()}
    assert listed["XBTUSD"]["openInterest"] == interest["XBTUSD"]["open_interest_usd"]
    linear = listed["XBTUSDT"]
    assert linear["openInterest"] / linear["underlyingToPositionMultiplier"] == interest["XBTUSDT"]["open_interest_base"]
    worth = listed["ETHUSD"]["openValue"] / 1e8 * listed["XBTUSD"]["markPrice"]
    assert worth == pytest.approx(interest["ETHUSD"]["open_interest_usd"], rel=1e-12)
