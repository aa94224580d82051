"""KuCoin: which contracts are asked for, classes, a busy venue, weights."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, END, START, fetching
from simulated import Simulated, venue_of

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.changes import NewTerms

KUCOIN = all_sources()["kucoin"]
run = fetching("kucoin")


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    common = {"type": "FFWCSX", "baseCurrency": "B", "quoteCurrency": "USDT", "settleCurrency": "USDT", "multiplier": 1.0}
    return {"symbol": symbol, "isInverse": False, "status": "Open", "firstOpenDate": 1} | common | more


def test_only_perpetuals_that_trade_are_asked_for_and_the_largest_by_turnover(make_settings: Any, wire: Any) -> None:
    """volumeOf24h is base on linear contracts; inverse ones count USD in one of the two."""
    linear = contract("AUSDTM", status="Paused", volumeOf24h=900.0, turnoverOf24h=50.0)
    inverse = contract("BUSDM", isInverse=True, multiplier=-1.0, volumeOf24h=70.0, turnoverOf24h=0.001)
    others = contract("CUSDTM", status="Init"), contract("DUSDTM", status="Settled"), contract("EMZ26", type="FFICSX")
    listed = [linear, inverse, *others, contract("FUSDTM", firstOpenDate=END)]
    for markets, asked in (("*", {"AUSDTM", "BUSDM"}), ("top:1", {"BUSDM"})):
        line = wire(lambda request: {"code": "200000", "data": listed if request.url.path.endswith("active") else []})
        assert run(make_settings(markets=markets), line, Window(DAY, DAY)).problem is None
        assert {request.url.params["symbol"] for request in line.asked[1:]} == asked


def test_a_contract_that_is_gone_is_no_failure_and_a_busy_venue_is_asked_again(settings: Any, wire: Any, held: Any) -> None:
    busy = [(200, "200002"), (429, "429000")]

    def answer(request: httpx.Request) -> Any:
        name, symbol = request.url.path.rsplit("/", 1)[1], request.url.params.get("symbol")
        if name == "query" and symbol == "GONEUSDTM":
            return {"code": "100003", "msg": "Contract parameter invalid"}
        if name == "query" and busy:
            status, code = busy.pop()
            return httpx.Response(status, json={"code": code, "msg": "Too many requests"})
        rows: dict[str, Any] = {"active": [contract("GONEUSDTM"), contract("AUSDTM")], "query": [[START, 1, 2, 0.5, 1.5, 10]]}
        return {"code": "200000", "data": rows.get(name, [])}

    assert run(settings, wire(answer), Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["volume"]) for row in held(settings, "kucoin", "candles")] == [("AUSDTM", 10.0)]


@pytest.mark.recorded
def test_recorded_classes_tell_metals_and_oil_that_the_market_type_calls_crypto(recorded: Any) -> None:
    """The recording lacks other fields of a row, so its rows are read, and fit no table."""
    one, _ = recorded("venues/kucoinfutures/instruments__air_active_asset_class_a.json", "kucoin", "contracts")
    found = KUCOIN.endpoint("contracts").parse(one)["instruments"].values
    assert list(zip(found["asset_class"], found["market_type"], strict=True)) == [
        ("CRYPTO", "CRYPTO"), ("CRYPTO", "CRYPTO"), ("STOCK", "NASDAQ"), ("METAL", "CRYPTO"), ("METAL", "CRYPTO"), ("COMMODITY", "CRYPTO")
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "said"), [("equity", ("STOCK", "NASDAQ")), ("commodity", ("COMMODITY", "CRYPTO"))])
def test_the_dialects_market_type_of_a_stock_is_its_exchange(kind: str, said: tuple[str, str]) -> None:
    change = NewTerms("kucoin", "ETHUSDTM", 3, {"underlying_class": kind})
    truth = Truth(seed=3, days=70, assets=["ETH"], venues=[venue_of("kucoin")], changes=[change])
    (row,) = Simulated("kucoin", truth, datetime(2026, 9, 5, 12, 30, tzinfo=UTC)).body("/api/v1/contracts/active")["data"]
    assert (row["assetClass"], row["marketType"]) == said


def test_requests_cost_their_weight_of_a_pool_shared_by_two_hosts() -> None:
    assert {one.name: one.weight({}) for one in KUCOIN.endpoints} == {"contracts": 3, "kline": 3, "funding_rates": 5, "open_interest": 5}
    assert sum(limit.amount for limit in KUCOIN.limits.values()) == 2000
