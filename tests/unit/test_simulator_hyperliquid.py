"""Hyperliquid's dialect: dexs, positions, 500-row pages, 5000 candles, the hour the funding belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=60)
NOW = datetime(2026, 8, 25, 12, 30, tzinfo=UTC)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def post(board: Switchboard, body: Any) -> Reply:
    return board.respond("hyperliquid", Query("POST", "/info", {}, body))


def info(board: Switchboard, kind: str, **fields: Any) -> Any:
    reply = post(board, {"type": kind} | fields)
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def test_builder_dex_is_asked_for_by_name(board: Switchboard) -> None:
    dexs = info(board, "perpDexs")
    assert dexs[0] is None
    assert [dex["name"] for dex in dexs[1:]] == ["xyz"]
    main = [market["name"] for market in info(board, "meta")["universe"]]
    assert "kPEPE" in main
    assert not any(":" in name for name in main)
    assert [market["name"] for market in info(board, "meta", dex="xyz")["universe"]] == ["xyz:AAPL"]
    assert [len(meta["universe"]) for meta in info(board, "allPerpMetas")] == [len(main), 1]


def test_contexts_belong_to_the_universe_by_position(board: Switchboard) -> None:
    meta, contexts = info(board, "metaAndAssetCtxs", dex="")
    truth = TRUTH.open_interest().filter(venue="hyperliquid").filter(pl.col("observed_at") == NOW.replace(minute=0))
    held = dict(zip(truth["symbol"], truth["open_interest_base"], strict=True))
    for market, context in zip(meta["universe"], contexts, strict=True):
        if market.get("isDelisted"):
            assert (market["name"], context["openInterest"], context["premium"], context["midPx"]) == ("MATIC", "0.0", None, None)
        else:
            assert float(context["openInterest"]) == held[market["name"]]
    btc = contexts[[market["name"] for market in meta["universe"]].index("BTC")]
    premium = (
        TRUTH.premiums()
        .filter(venue="hyperliquid", symbol="BTC")
        .row(by_predicate=pl.col("observed_at") == NOW.replace(minute=0), named=True)
    )
    assert (float(btc["markPx"]), float(btc["oraclePx"]), float(btc["premium"])) == (
        premium["mark_price"], premium["index_price"], premium["premium"],
    )  # fmt: skip


def test_builders_markets_have_a_word_and_a_collateral(board: Switchboard) -> None:
    assert info(board, "perpConciseAnnotations") == [["xyz:AAPL", {"category": "stocks"}]]
    collateral = {token["index"]: token["name"] for token in info(board, "spotMeta")["tokens"]}
    main, builders = info(board, "allPerpMetas")
    assert (collateral[main["collateralToken"]], collateral[builders["collateralToken"]]) == ("USDC", "USDH")


def test_candles_come_all_that_are_kept_at_once_from_start(board: Switchboard) -> None:
    found: list[dict[str, Any]] = []
    start = TRUTH.start_ms
    while page := info(board, "candleSnapshot", req={"coin": "kPEPE", "interval": "1h", "startTime": start, "endTime": 1 << 42}):
        assert len(page) in (1, len(TRUTH.candles().filter(symbol="kPEPE").filter(pl.col("opened_at") < NOW)))
        found += page
        start = page[-1]["t"] + 1
    hours = TRUTH.candles().filter(symbol="kPEPE").filter(pl.col("opened_at") < NOW)
    assert [float(row["v"]) for row in found[:-1]] == hours["volume_base"].to_list()[:-1]
    assert [float(row["v"]) * float(row["c"]) for row in found[:-1]] == hours["volume_usd"].to_list()[:-1]
    assert (found[-1]["t"], found[-1]["T"] - found[-1]["t"]) == (int(NOW.replace(minute=0).timestamp() * 1000), HOUR_MS - 1)


def test_only_the_newest_5000_candles_exist() -> None:
    truth = Truth(start=date(2026, 1, 1), days=220, assets=["BTC"])
    board = Switchboard(truth, truth.end - timedelta(minutes=30))
    first = info(board, "candleSnapshot", req={"coin": "BTC", "interval": "1h", "startTime": 0})[0]["t"]
    assert first == int(truth.end.timestamp() * 1000) - 5000 * HOUR_MS


def test_funding_is_stamped_late_and_floors_to_the_truth(board: Switchboard) -> None:
    found: list[dict[str, Any]] = []
    start = TRUTH.start_ms
    while page := info(board, "fundingHistory", coin="xyz:AAPL", startTime=start):
        assert len(page) <= 500
        found += page
        start = page[-1]["time"] + 1
    truth = TRUTH.funding().filter(symbol="xyz:AAPL").filter(pl.col("settled_at") < NOW)
    assert [row["time"] // HOUR_MS * HOUR_MS for row in found] == truth["settled_at"].dt.epoch("ms").to_list()
    assert [float(row["fundingRate"]) for row in found] == truth["funding_rate"].to_list()
    late = [row["time"] % HOUR_MS for row in found]
    assert (min(late) >= 20, max(late) <= 60) == (True, True)


def test_delisted_market_keeps_its_history(board: Switchboard) -> None:
    last = info(board, "fundingHistory", coin="MATIC", startTime=TRUTH.start_ms + 1000 * HOUR_MS)[-1]["time"]
    assert datetime.fromtimestamp(last // 1000, UTC) == datetime(2026, 8, 18, 8, tzinfo=UTC)


@pytest.mark.parametrize("body", [None, {}, {"type": "nope"}, {"type": "fundingHistory"}, {"type": "candleSnapshot", "coin": "BTC"}])
def test_a_bad_body_is_422_in_plain_text(board: Switchboard, body: Any) -> None:
    reply = post(board, body)
    assert (reply.status, reply.content_type.split(";")[0]) == (422, "text/plain")


def test_an_unknown_coin_is_500_null(board: Switchboard) -> None:
    reply = post(board, {"type": "fundingHistory", "coin": "NOPE", "startTime": 0})
    assert (reply.status, reply.content) == (500, b"null")


def test_weights_grow_with_rows(board: Switchboard) -> None:
    assert post(board, {"type": "allMids"}).weight == 2
    assert post(board, {"type": "fundingHistory", "coin": "BTC", "startTime": TRUTH.start_ms}).weight == 20 + 500 // 20
