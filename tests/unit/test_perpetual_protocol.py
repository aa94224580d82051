"""Perpetual Protocol: not configured without a key, the key in a header alone; pages by id; errors inside HTTP 200."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import polars as pl
import pytest
from fetched import DAY, NOW, fetching

from ingestion.errors import BadAnswer, NotAvailable, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

PERP = all_sources()["perpetual_protocol"]
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())  # with the look-back of a day
END = START + 2 * 86_400
KEY = "a-very-secret-key"
MARKET = {"id": "0xb", "baseToken": "0xb", "quoteToken": "0xq", "pool": "0xp", "feeRatio": "1000", "tradingVolume": "12.5",
          "tradingFee": "0.5", "timestampAdded": "1637900000"}  # fmt: skip
CHANGE = {"id": "0xa-1", "timestamp": str(START), "txHash": "0xa", "trader": "0xt", "baseToken": "0xb", "exchangedPositionSize": "-3",
          "exchangedPositionNotional": "600.5", "fee": "0.6", "swappedPrice": "200.1", "marketPriceAfter": "200",
          "blockNumberLogIndex": "5001"}  # fmt: skip
LIQUIDATION = {"id": "0xa-2", "timestamp": str(START), "txHash": "0xa", "trader": "0xt", "baseToken": "0xb",
               "positionNotionalAbs": "600.5", "positionSizeAbs": "3", "liquidationFee": "15"}  # fmt: skip
FUNDING = {"id": "0xa-3", "timestamp": str(START), "baseToken": "0xb", "markTwap": "101", "indexTwap": "100", "dailyFundingRate": "0.01",
           "blockNumberLogIndex": "5003"}  # fmt: skip
run = fetching("perpetual_protocol")


def subgraph(head: int = END, **lists: Any) -> Any:
    """These rows by list, the rest empty; a function is asked with the variables."""

    def answer(request: httpx.Request) -> Any:
        body = json.loads(request.content)
        names = {
            "markets": ["markets"],
            "positions": ["traderMarkets"],
            "events": ["positionChangeds", "positionLiquidateds", "fundingUpdateds"],
        }[body["operationName"]]
        data = {name: lists[name](body["variables"]) if callable(lists.get(name)) else lists.get(name, []) for name in names}
        return {"data": {"_meta": {"block": {"number": 9, "timestamp": head}, "deployment": "Qm", "hasIndexingErrors": False}} | data}

    return answer


def asked(line: Any, operation: str) -> list[dict[str, str]]:
    """The variables of every request of this operation."""
    bodies = [json.loads(request.content) for request in line.asked]
    return [body["variables"] for body in bodies if body["operationName"] == operation]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("THEGRAPH_API_KEY", KEY)
    return KEY


def test_without_a_key_nothing_is_asked(settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THEGRAPH_API_KEY", raising=False)
    line = wire(subgraph())
    result = run(settings, line, Window(DAY, DAY))
    assert (result.status, result.problem, line.asked) == ("not_configured", None, [])


def test_the_key_is_in_the_header_and_nowhere_in_the_data_folder(settings: Any, wire: Any, key: str) -> None:
    line = wire(subgraph(markets=[MARKET], positionChangeds=[CHANGE]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert {request.headers["Authorization"] for request in line.asked} == {f"Bearer {key}"}
    assert {str(request.url) for request in line.asked} == {"https://gateway.thegraph.com/api/subgraphs/id"}
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 5
    texts = [str(pl.read_parquet(path, hive_partitioning=False).to_dicts()) for path in files if path.suffix == ".parquet"]
    assert not any(key in text for text in texts)
    assert not any(key.encode() in path.read_bytes() for path in files)


def test_a_day_is_three_requests(settings: Any, wire: Any, held: Any, key: str) -> None:
    lists = {"markets": [MARKET], "traderMarkets": [{"id": "0xt-0xb", "baseToken": "0xb", "takerPositionSize": "-2.5"}],
             "positionChangeds": [CHANGE], "positionLiquidateds": [LIQUIDATION], "fundingUpdateds": [FUNDING]}  # fmt: skip
    line = wire(subgraph(**lists))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    cursors = {"positionChangeds": "", "positionLiquidateds": "", "fundingUpdateds": ""}
    assert asked(line, "events") == [{"start": str(START), "end": str(END)} | cursors]
    assert len(line.asked) == 3
    rows = {name: list(held(settings, "perpetual_protocol", name)[0].values())[:-4] for name in ("markets", "position_changes", "heads")}
    assert rows["markets"] == ["0xb", date(2026, 3, 10), "0xb", "0xq", "0xp", 1000, 12.5, 0.5, 1637900000]
    assert rows["position_changes"] == ["0xa-1", START, "0xa", "0xt", "0xb", -3, 600.5, 0.6, 200.1, 200, 5001]
    assert rows["heads"] == [NOW, 9, END, "Qm", False]
    assert held(settings, "perpetual_protocol", "trader_markets")[0]["taker_position_size"] == -2.5
    assert held(settings, "perpetual_protocol", "position_liquidations")[0]["position_notional_abs"] == 600.5
    assert held(settings, "perpetual_protocol", "funding_updates")[0]["daily_funding_rate"] == 0.01


def test_full_lists_go_on_by_id_and_others_stay_where_they_ended(settings: Any, wire: Any, held: Any, key: str) -> None:
    changes = [CHANGE | {"id": f"0x{number:04d}"} for number in range(1500)]

    def after(rows: list[dict[str, Any]], name: str) -> Any:
        return lambda variables: [row for row in rows if row["id"] > variables[name]][:1000]

    line = wire(subgraph(positionChangeds=after(changes, "positionChangeds"), fundingUpdateds=after([FUNDING], "fundingUpdateds")))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    second = asked(line, "events")[1]
    assert (second["positionChangeds"], second["fundingUpdateds"], second["positionLiquidateds"]) == ("0x0999", "0xa-3", "")
    assert len(asked(line, "events")) == 2
    assert len(held(settings, "perpetual_protocol", "position_changes")) == 1500


@pytest.mark.parametrize("odd", [None, "0xz", {"id": None}, {"id": 7, "timestamp": "soon"}], ids=str)
def test_an_odd_row_costs_itself_only_and_hides_no_page(odd: Any, settings: Any, wire: Any, held: Any, key: str) -> None:
    """The odd row ends a full page: the next one goes on from the row before it."""
    changes = [CHANGE | {"id": f"0x{number:04d}"} for number in range(1200)]

    def events(variables: dict[str, str]) -> list[Any]:
        left = [row for row in changes if row["id"] > variables["positionChangeds"]]
        return [*left[:999], odd] if len(left) > 999 else left

    line = wire(subgraph(markets=[odd, MARKET], traderMarkets=[odd], positionChangeds=events))
    result = run(settings, line, Window(DAY, DAY))
    assert result.error is None
    assert len(held(settings, "perpetual_protocol", "position_changes")) == 1200
    assert [row["id"] for row in held(settings, "perpetual_protocol", "markets")] == ["0xb"]
    aside = {name: outcome.rows_quarantined for name, outcome in result.outcomes.items() if outcome.rows_quarantined}
    assert aside == {"markets": 1, "trader_markets": 1, "position_changes": 1}


@pytest.mark.parametrize("operation", ["markets", "traderMarkets", "fundingUpdateds"])
def test_a_full_page_that_leads_nowhere_is_named(operation: str, settings: Any, wire: Any, key: str) -> None:
    rows = {"markets": MARKET, "traderMarkets": {"id": "0xt", "baseToken": "0xb", "takerPositionSize": "1"}, "fundingUpdateds": FUNDING}
    line = wire(subgraph(**{operation: [rows[operation]] * 1000}))
    result = run(settings, line, Window(DAY, DAY))
    assert f"a full page of {operation} that leads nowhere" in (result.problem or "")
    assert len(line.asked) <= 4


def test_positions_are_kept_whole_or_not_at_all(settings: Any, wire: Any, held: Any, key: str) -> None:
    full = [{"id": f"{number:04d}", "baseToken": "0xb", "takerPositionSize": "1"} for number in range(1000)]

    def positions(variables: dict[str, str]) -> Any:
        if variables["after"]:
            raise httpx.ConnectError("cut")
        return full

    result = run(settings, wire(subgraph(markets=[MARKET], traderMarkets=positions)))
    assert result.status == "failed"
    assert held(settings, "perpetual_protocol", "trader_markets") == []
    assert len(held(settings, "perpetual_protocol", "markets")) == 1


def test_days_the_index_has_not_reached_are_a_failure(settings: Any, wire: Any, held: Any, key: str) -> None:
    result = run(settings, wire(subgraph(head=END - 1, positionChangeds=[CHANGE])), Window(DAY, DAY))
    assert f"the index ends at {END - 1}" in (result.problem or "")
    assert len(held(settings, "perpetual_protocol", "position_changes")) == 1


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("auth error: missing authorization header", NotAvailable), ("bad indexers: {0x1: Timeout}", BadAnswer),
        ("subgraph not found: perp", Rejected), ("Type `Query` has no field `x`", Rejected),
    ],
)  # fmt: skip
def test_errors_come_inside_http_200(message: str, error: type[Exception], payload: Any) -> None:
    with pytest.raises(error, match=f"perpetual_protocol events: {message.split('{')[0]}"):
        PERP.check(payload("perpetual_protocol", "events", {"data": None, "errors": [{"message": message}]}))
    PERP.check(payload("perpetual_protocol", "events", {"data": {}}))


def test_an_unknown_subgraph_says_which_setting_names_it(payload: Any) -> None:
    with pytest.raises(Rejected, match="PERPS_BASE_URL__PERPETUAL_PROTOCOL"):
        PERP.check(payload("perpetual_protocol", "positions", {"errors": [{"message": "subgraph not found"}]}))
