"""CME: one request for all contracts and eight weeks, text fields of irregular names, an optional token in a header."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingestion.errors import Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.sources.cme import CODES
from ingestion.venue.registry import all_sources

CME = all_sources()["cme"]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
ROW = {
    "cftc_contract_market_code": "133LM4", "report_date_as_yyyy_mm_dd": "2026-03-03T00:00:00.000", "open_interest_all": "178182",
    "market_and_exchange_names": "NANO BITCOIN PERP STYLE - COINBASE DERIVATIVES, LLC", "dealer_positions_long_all": "5",
    "asset_mgr_positions_long": "7", "lev_money_positions_short": "11", "nonrept_positions_short_all": "13",
}  # fmt: skip


def run(settings: Any, line: Any, window: Window | None = DAY) -> SourceResult:
    (result,) = ingest(settings, [CME], window, transports={"cme": line.transport}, clock=lambda: NOW)
    return result


def test_a_day_is_one_request_for_eight_weeks_of_all_contracts(settings: Any, wire: Any, held: Any) -> None:
    line = wire(lambda request: [ROW])
    assert run(settings, line).problem is None
    (params,) = line.params("/resource/gpe5-46if.json")
    assert "'133741', '133742', '146021'" in params["$where"]
    assert "report_date_as_yyyy_mm_dd between '2026-01-12T00:00:00' and '2026-03-09T00:00:00'" in params["$where"]
    assert (params["$order"], params["$limit"], params["$offset"]) == (
        "report_date_as_yyyy_mm_dd, cftc_contract_market_code", "50000", "0",
    )  # fmt: skip
    (row,) = held(settings, "cme", "positions")
    assert (row["cftc_contract_market_code"], row["report_date"], row["open_interest_all"]) == ("133LM4", date(2026, 3, 3), 178182)
    assert (row["dealer_positions_long"], row["asset_mgr_positions_long"], row["lev_money_positions_short"]) == (5, 7, 11)
    assert (row["nonrept_positions_short"], row["dealer_positions_short"], row["contract_units"]) == (13, None, None)


def test_nothing_exists_only_now(settings: Any, wire: Any) -> None:
    line = wire(lambda request: [ROW])
    assert run(settings, line, None).status == "ok"
    assert line.asked == []


def test_full_pages_go_on(settings: Any, wire: Any, held: Any) -> None:
    many = [ROW | {"cftc_contract_market_code": f"{number:06d}"} for number in range(50_000)]
    line = wire(lambda request: many if request.url.params["$offset"] == "0" else [ROW])
    assert run(settings, line).problem is None
    assert [params["$offset"] for params in line.params("gpe5-46if.json")] == ["0", "50000"]
    assert len(held(settings, "cme", "positions")) == 50_001


@pytest.mark.parametrize(
    "spoiled",
    [None, 7, {}, ROW | {"cftc_contract_market_code": 7}, ROW | {"report_date_as_yyyy_mm_dd": "soon"},
     ROW | {"report_date_as_yyyy_mm_dd": None}, ROW | {"open_interest_all": "many"}],
    ids=str,
)  # fmt: skip
def test_a_spoiled_report_costs_itself(spoiled: Any, settings: Any, wire: Any, held: Any) -> None:
    other = ROW | {"cftc_contract_market_code": "133741 "}  # with a space behind
    result = run(settings, wire(lambda request: [ROW, spoiled, other]))
    assert [row["cftc_contract_market_code"] for row in held(settings, "cme", "positions")] == ["133741", "133LM4"]
    assert result.outcomes["positions"].rows_quarantined == 1


def test_a_token_goes_into_a_header_and_is_not_needed(settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CFTC_APP_TOKEN", raising=False)
    line = wire(lambda request: [])
    run(settings, line)
    monkeypatch.setenv("CFTC_APP_TOKEN", "app-token")
    run(settings, line)
    assert [request.headers.get("X-App-Token") for request in line.asked] == [None, "app-token"]
    assert all("app-token" not in str(request.url) for request in line.asked)


def test_errors_are_an_object_instead_of_a_list(payload: Any, settings: Any, wire: Any) -> None:
    body = {"message": "Query coordinator error", "errorCode": "query.compiler.malformed", "data": {}}
    for status in (200, 400):
        with pytest.raises(Rejected, match=f"cme tff_futures_only: HTTP {status}: query.compiler.malformed: Query coordinator error"):
            CME.check(payload("cme", "tff_futures_only", body, status=status))
    busy = wire(lambda request: httpx.Response(429, json={"code": "throttled", "error": True, "message": "slow down"}))
    assert "HTTP 429" in (run(settings, busy).problem or "")


@pytest.mark.recorded
def test_recorded_reports_in_contracts(shared: Path, payload: Any, typed: Any) -> None:
    """The CFTC's own file, as its Socrata table names the columns. 22,168 contracts of 5 bitcoin are 110,840 BTC."""
    record = json.loads((shared / "fixtures/sources/cftc/tff_futures_only_txt__jessetusiime-FinFutYY-txt.json").read_text())
    lines = list(csv.DictReader(io.StringIO(record["response"]["text"])))
    items = [{name.lower(): value.strip() for name, value in line.items()} for line in lines]
    for item in items:
        item["report_date_as_yyyy_mm_dd"] = item.pop("report_date_as_yyyy-mm-dd") + "T00:00:00.000"
    rows = typed(payload("cme", "tff_futures_only", items))["positions"]
    found = {(row["cftc_contract_market_code"], row["report_date"]): row for row in rows}
    assert len(rows) == len(lines) == len(found)
    assert {code for code, _ in found} <= set(CODES)
    nano = found["133LM4", date(2026, 8, 4)]
    assert (nano["open_interest_all"], nano["open_interest_all"] * 0.01) == (178182, 1781.82)
    micro = found["133742", date(2026, 8, 4)]
    assert (micro["open_interest_all"], micro["contract_units"]) == (21203, "(Bitcoin X $0.10)")
    sides = [sum(row[f"{who}_positions_{side}"] for who in ("dealer", "asset_mgr", "lev_money", "other_rept")) for row in (nano,)
             for side in ("long", "short")]  # fmt: skip
    spreads = sum(nano[f"{who}_positions_spread"] for who in ("dealer", "asset_mgr", "lev_money", "other_rept"))
    small = [nano["nonrept_positions_long"], nano["nonrept_positions_short"]]
    assert [side + spreads + rest for side, rest in zip(sides, small, strict=True)] == [178182, 178182]  # one-sided: longs equal shorts
