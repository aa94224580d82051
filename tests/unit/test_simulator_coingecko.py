"""CoinGecko's and CoinPaprika's dialects: the same truth from outside, in bitcoin, percent and constants of supply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.okx import VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=10, assets=["BTC", "ETH"], venues=[VENUE])
NOW = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def body(board: Switchboard, source: str, path: str, **params: Any) -> Any:
    return orjson.loads(board.respond(source, Query("GET", path, {name: str(value) for name, value in params.items()})).content)


def price(coin: str, at: datetime = NOW) -> float:
    return float(TRUTH.token_prices().filter(pl.col("coin") == f"coingecko:{coin}", pl.col("observed_at") == at)["price_usd"].item())


def test_an_exchange_is_a_venue_in_bitcoin(board: Switchboard) -> None:
    (row,) = body(board, "coingecko", "/derivatives/exchanges")
    interest = TRUTH.open_interest().filter(observed_at=NOW)["open_interest_usd"].sum()
    assert row["id"] == "okex_swap"
    assert row["open_interest_btc"] * price("bitcoin") == pytest.approx(interest, rel=1e-5)
    assert body(board, "coingecko", "/derivatives/exchanges", page=2) == []


def test_contracts_have_dollars_and_percent(board: Switchboard) -> None:
    rows = {row["symbol"]: row for row in body(board, "coingecko", "/derivatives")}
    truth = {row["symbol"]: row for row in TRUTH.open_interest().filter(observed_at=NOW).to_dicts()}
    assert {name: row["open_interest"] for name, row in rows.items()} == {n: r["open_interest_usd"] for n, r in truth.items()}
    assert isinstance(rows["BTC-USDT-SWAP"]["price"], str)
    assert abs(rows["BTC-USDT-SWAP"]["funding_rate"]) > 1e-4  # percent of eight hours


def test_coins_and_their_charts(board: Switchboard) -> None:
    (coin,) = body(board, "coingecko", "/coins/markets", ids="gmx,unheard-of")
    assert (coin["current_price"], coin["market_cap"] / coin["circulating_supply"]) == (price("gmx"), price("gmx"))
    chart = body(board, "coingecko", "/coins/gmx/market_chart/range", **{"from": NOW_S - 7200, "to": NOW_S + 9})
    assert [at for at, _ in chart["prices"]] == [(NOW_S - 7200) * 1000, (NOW_S - 3600) * 1000, NOW_S * 1000]
    assert chart["prices"][-1][1] == price("gmx")
    assert body(board, "coingecko", "/coins/x/market_chart/range", **{"from": NOW_S, "to": NOW_S}) == {"error": "coin not found"}
    old = body(board, "coingecko", "/coins/gmx/market_chart/range", **{"from": NOW_S - 400 * 86_400, "to": NOW_S})
    assert old["error"]["status"]["error_code"] == 10012


def test_categories_hold_coins_and_coins_have_developers(board: Switchboard) -> None:
    """The largest first; what is in no category of AI may be in depin; a coin whose repository nobody follows has 0 everywhere."""
    ai = body(board, "coingecko", "/coins/markets", category="artificial-intelligence", per_page=250)
    depin = {row["id"] for row in body(board, "coingecko", "/coins/markets", category="depin")}
    assert [row["market_cap"] for row in ai] == sorted((row["market_cap"] for row in ai), reverse=True)
    assert ("io" in depin, "iotex" in depin, "iotex" in {row["id"] for row in ai}) == (True, True, False)
    assert body(board, "coingecko", "/coins/markets", category="artificial-intelligence", per_page=2, page=2) == ai[2:4]
    assert body(board, "coingecko", "/coins/markets", category="unheard-of") == {"error": "category not found"}
    assert body(board, "coingecko", "/coins/golem")["developer_data"]["commit_count_4_weeks"] == 5
    nobody = body(board, "coingecko", "/coins/grass")["developer_data"]
    assert [nobody[name] for name in ("forks", "stars", "commit_count_4_weeks", "pull_request_contributors")] == [0, 0, 0, 0]
    assert "developer_data" not in body(board, "coingecko", "/coins/golem", developer_data="false")
    assert body(board, "coingecko", "/coins/x") == {"error": "coin not found"}


def test_coinpaprika_says_the_same(board: Switchboard) -> None:
    rows = {row["symbol"]: row for row in body(board, "coinpaprika", "/tickers")}
    gmx = rows["GMX"]
    assert gmx["quotes"]["USD"]["price"] == price("gmx")
    assert (gmx["max_supply"], gmx["total_supply"], gmx["quotes"]["USD"]["market_cap"] / price("gmx")) == (0, 2.0**23, 2.0**23)
    assert body(board, "coinpaprika", f"/tickers/{gmx['id']}") == gmx
    assert body(board, "coinpaprika", "/tickers/x") == {"error": "id not found"}


def test_an_exchange_traded_what_its_candles_of_24_hours_did(board: Switchboard) -> None:
    (row,) = body(board, "coinpaprika", "/exchanges", quotes="USD")
    hours = TRUTH.candles().filter(pl.col("opened_at").is_between(NOW - timedelta(hours=24), NOW, closed="left"))
    told = row["quotes"]["USD"]
    assert (row["id"], row["markets"]) == ("okx", hours["market_id"].n_unique())
    assert told["reported_volume_24h"] == pytest.approx(hours["volume_usd"].sum(), abs=1)
    assert told["adjusted_volume_24h"] < told["reported_volume_24h"]
