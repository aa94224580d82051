"""OKX: swaps that trade, liquidations of a millisecond, late ones and those that are gone; budgets; its dialect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching
from simulated import Simulated, venue_of

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth

OKX = all_sources()["okx"]
NOW_MS = int(NOW.timestamp() * 1000)
run = fetching("okx")


def swap(name: str, **more: Any) -> dict[str, Any]:
    return {"instId": name, "ctVal": "1", "ctMult": "1", "ctValCcy": "X", "state": "live", "listTime": "", "expTime": ""} | more


def venue(swaps: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These swaps, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        data = swaps if name == "instruments" else paths[name](dict(request.url.params)) if name in paths else []
        return data if isinstance(data, httpx.Response) else {"code": "0", "msg": "", "data": data}

    return answer


def test_swaps_that_trade_are_asked_for_and_what_is_old_at_another_path(settings: Any, wire: Any) -> None:
    line = wire(venue([swap("A-USDT-SWAP"), swap("B-USDT-SWAP", state="suspend"), swap("C-USDT-SWAP", state="preopen")]))
    assert run(settings, line, Window(date(2025, 1, 1), date(2025, 1, 30))).problem is None
    assert {params["instId"] for params in line.params("/history-candles")} == {"A-USDT-SWAP", "B-USDT-SWAP"}
    assert line.params("/candles") == line.params("/open-interest-history") == []  # kept for 1440 hours only


def test_liquidations_of_one_millisecond_are_not_lost_between_two_pages(settings: Any, wire: Any, held: Any) -> None:
    """150 of them, two each millisecond; the page is cut in the middle of one."""
    at = [NOW_MS - 5 - n // 2 for n in range(1, 151)]

    def closings(params: dict[str, str]) -> Any:
        rows = [
            {"posSide": "long", "side": "sell", "sz": str(n), "bkPx": "7", "ts": str(stamp)}
            for n, stamp in enumerate(at)
            if int(params["before"]) < stamp < int(params["after"])
        ]
        return [{"instId": "A-USDT-SWAP", "details": rows[:100]}] if rows else []

    line = wire(venue([swap("A-USDT-SWAP")], liquidation_orders=closings))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["after"]) - NOW_MS for params in line.params("/liquidation-orders")] == [0, -54]
    assert [row["sz"] for row in held(settings, "okx", "liquidations")] == sorted(range(150), key=lambda n: (at[n], n))


def test_hourly_snapshots_hold_a_whole_day_of_liquidations_that_come_late_and_live_a_day(settings: Any, wire: Any, held: Any) -> None:
    """288 of a day, one each five minutes; told 69 minutes late and kept for 22 hours, as others measured."""
    hours, clock = [], {"now": NOW}

    def closings(params: dict[str, str]) -> Any:
        now = int(clock["now"].timestamp() * 1000)
        seen = range(now - 22 * HOUR, now - 69 * 60_000 + 1, 300_000)
        rows = [
            {"posSide": "long", "side": "sell", "sz": "1", "bkPx": "7", "ts": str(at)}
            for at in seen
            if int(params["before"]) < at < int(params["after"])
        ]
        return [{"instId": "A-USDT-SWAP", "details": rows[::-1][:100]}] if rows else []

    line = wire(venue([swap("A-USDT-SWAP")], liquidation_orders=closings))
    for hour in range(27):  # of the day, and until its last have come
        clock["now"] = datetime(2026, 3, 9, tzinfo=UTC) + timedelta(hours=hour)
        (result,) = ingest(settings, [OKX], None, transports={"okx": line.transport}, clock=lambda: clock["now"])
        hours.append(result.problem)
    assert set(hours) == {None}
    day = [row["ts"] for row in held(settings, "okx", "liquidations") if START + 24 * HOUR <= row["ts"] < END]
    assert day == list(range(START + 24 * HOUR, END, 300_000))


def test_days_of_which_liquidations_are_gone_are_told(settings: Any, wire: Any) -> None:
    """Of yesterday those before eight in the morning, 22 hours ago, are here only if a snapshot took them."""
    line = wire(venue([swap("A-USDT-SWAP")]))
    (told,) = [one for one in run(settings, line, Window(DAY, DAY)).limitations if one.startswith("liquidations")]
    assert "the source keeps 22 hours" in told
    assert len(line.params("/liquidation-orders")) == 1
    assert run(settings, line).limitations == []


def test_every_path_has_a_budget_of_its_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in OKX.limits.items()} == {
        "instruments": 10, "funding_rate": 5, "tickers": 10, "mark_price": 5, "index_tickers": 10, "open_interest": 10,
        "candles": 20, "history_candles": 10, "funding_rate_history": 5, "open_interest_history": 5,
        "liquidation_orders": 20,
    }  # fmt: skip


def test_the_dialect_has_noise_below_the_digits_that_count_and_forecasts_that_are_not_charged() -> None:
    truth, now = Truth(seed=3, days=20, venues=[venue_of("okx")]), datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    asked = Simulated("okx", truth, now, "/api/v5/")
    held = {row["instId"]: float(row["oiCcy"]) for row in asked.body("public/open-interest", instType="SWAP")["data"]}["ETH-USDT-SWAP"]
    assert held != round(held, 8) == pytest.approx(held, rel=1e-12)
    rows = asked.body("public/funding-rate-history", instId="HYPE-USDT-SWAP")["data"]
    assert all(row["fundingRate"] != row["realizedRate"] for row in rows)


def test_the_dialects_liquidations_are_a_familys_newest_first_between_exclusive_bounds() -> None:
    truth, now = Truth(seed=3, days=20, venues=[venue_of("okx")]), datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    found = truth.liquidations().filter(symbol="BTC-USD-SWAP").filter(pl.col("liquidated_at") <= now).tail(3)
    stamps = found["liquidated_at"].dt.epoch("ms").to_list()
    asked = {"instType": "SWAP", "state": "filled", "instFamily": "BTC-USD", "before": stamps[0], "after": int(now.timestamp() * 1000)}
    (group,) = Simulated("okx", truth, now, "/api/v5/").body("public/liquidation-orders", **asked)["data"]
    assert (group["instId"], [int(row["ts"]) for row in group["details"]]) == ("BTC-USD-SWAP", stamps[:0:-1])
    sides = {"long": "sell", "short": "buy"}
    assert [(row["posSide"], row["side"]) for row in group["details"]] == [(side, sides[side]) for side in found["side"].to_list()[:0:-1]]
