"""CoinPaprika: one request a day for all coins, one for all exchanges; a recorded ticker value by value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from ingestion.errors import NotFound
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

PAPRIKA = all_sources()["coinpaprika"]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
COIN = {"id": "gmx-gmx", "symbol": "GMX", "name": "GMX", "rank": 300, "total_supply": 10, "max_supply": 13,
        "quotes": {"USD": {"price": 16.5, "volume_24h": 5, "market_cap": 140}}}  # fmt: skip
EXCHANGE = {"id": "bitmex", "name": "BitMEX", "markets": 90, "last_updated": "2026-03-10T05:58:00Z",
            "quotes": {"USD": {"reported_volume_24h": 700, "adjusted_volume_24h": 500}}}  # fmt: skip


def answers(coins: list[Any], exchanges: list[Any] | None = None) -> Any:
    return lambda request: coins if request.url.path == "/v1/tickers" else exchanges or [EXCHANGE]


def run(settings: Any, line: Any, window: Window | None = DAY) -> SourceResult:
    (result,) = ingest(settings, [PAPRIKA], window, transports={"coinpaprika": line.transport}, clock=lambda: NOW)
    return result


def test_a_day_is_two_requests_and_an_hour_none(settings: Any, wire: Any, held: Any) -> None:
    line = wire(answers([COIN, COIN | {"id": "old-old", "rank": 0}]))
    assert run(settings, line, None).status == "ok"
    assert line.asked == []
    assert run(settings, line).problem is None
    assert line.params("/v1/tickers") == line.params("/v1/exchanges") == [{"quotes": "USD"}]
    assert len(line.asked) == 2
    rows = held(settings, "coinpaprika", "tickers")
    assert [(row["id"], row["observed_at"], row["price"], row["market_cap"], row["max_supply"]) for row in rows] == [
        ("gmx-gmx", NOW, 16.5, 140, 13), ("old-old", NOW, 16.5, 140, 13),
    ]  # fmt: skip


def test_an_exchange_without_figures_in_dollars_costs_itself_only(settings: Any, wire: Any, held: Any) -> None:
    exchanges = [*(EXCHANGE | {"id": f"exchange-{number}"} for number in range(20)), EXCHANGE, EXCHANGE | {"id": "odd", "quotes": {}}]
    result = run(settings, wire(answers([COIN], exchanges)))
    assert (result.problem, result.outcomes["exchanges"].rows_quarantined) == (None, 1)
    row = next(row for row in held(settings, "coinpaprika", "exchanges") if row["id"] == "bitmex")
    assert list(row.values())[:7] == ["bitmex", NOW, "BitMEX", 90, "2026-03-10T05:58:00Z", 700, 500]


@pytest.mark.parametrize(
    "odd",
    [None, "x", COIN | {"id": None}, COIN | {"quotes": None}, COIN | {"quotes": 5}, COIN | {"quotes": {"EUR": {"price": 1}}},
     COIN | {"rank": "first"}],
    ids=str,
)  # fmt: skip
def test_an_odd_coin_costs_itself_only(odd: Any, settings: Any, wire: Any, held: Any) -> None:
    """Also one without figures in USD: its price is not said to be unknown."""
    coins = [COIN | {"id": f"coin-{number}"} for number in range(20)]
    result = run(settings, wire(answers([*coins[:10], odd, *coins[10:]])))
    assert (result.problem, result.outcomes["tickers"].rows_quarantined) == (None, 1)
    assert {row["id"] for row in held(settings, "coinpaprika", "tickers")} == {coin["id"] for coin in coins}


def test_throttling_is_a_failure_with_its_reason(settings: Any, wire: Any) -> None:
    result = run(settings, wire(lambda request: httpx.Response(429, json={"error": "too many requests"})))
    assert result.status == "failed"
    assert "HTTP 429" in (result.problem or "")


def test_an_unknown_id_is_no_failure(payload: Any) -> None:
    with pytest.raises(NotFound, match="id not found"):
        PAPRIKA.check(payload("coinpaprika", "ticker", {"error": "id not found"}, status=404, match={"id": "x"}))


@pytest.mark.recorded
def test_recorded_ticker(recorded: Any, typed: Any) -> None:
    """150 million exist, and max_supply 0 is unknown; 1,428,390 USD at 0.0216 a token are 66 million that circulate."""
    one, _ = recorded("sources/coinpaprika/tickers__perp-perpetual-protocol.json", "coinpaprika", "ticker")
    (row,) = typed(one)["tickers"]
    assert [row[name] for name in list(row) if name != "observed_at"] == [
        "perp-perpetual-protocol", "PERP", "Perpetual Protocol", 1459, 150000000, 0, "2026-10-04T22:43:14Z", 0.021641566228628378,
        133148.81016615205, 1428390,
    ]  # fmt: skip
    assert row["market_cap"] / row["price"] == pytest.approx(66.0e6, rel=1e-3)
    assert row["price"] * row["total_supply"] == pytest.approx(3_246_234.93, abs=0.01)
