"""Paradex: options left out, samples of an index that grows, evenings of the past; its dialect's index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fetched import HOUR, NOW, fetching
from simulated import Simulated, venue_of

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth

MIDNIGHT = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp() * 1000)
BTC = "BTC-USD-PERP"
run = fetching("paradex")


def venue(*markets: dict[str, Any], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""
    listed = [{"asset_kind": "PERP", "base_currency": "X", "funding_period_hours": 8, "open_at": 0} | row for row in markets]

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[1], dict(request.url.params)
        return {"results": paths[name](params) if name in paths else listed if name == "markets" else []}

    return answer


def test_options_are_in_both_lists_and_left_out_of_both(settings: Any, wire: Any, held: Any) -> None:
    """As liquidations are, for they stand among all trades."""
    assert set(all_sources()["paradex"].no_public_api) == {"liquidations"}
    state = {"symbol": BTC, "created_at": MIDNIGHT, "mark_price": "3", "open_interest": "2", "volume_24h": "5", "funding_rate": "0.5"}
    option = {"symbol": "BTC-USD-90000-C", "created_at": MIDNIGHT, "mark_price": "", "open_interest": "0", "funding_rate": ""}
    markets = {"symbol": BTC, "tags": ["LAYER-1", "TOP"]}, {"symbol": "BTC-USD-90000-C", "asset_kind": "PERP_OPTION"}
    assert run(settings, wire(venue(*markets, summary=lambda params: [state, option]))).problem is None
    assert [(row["symbol"], row["tags"]) for row in held(settings, "paradex", "instruments")] == [(BTC, "LAYER-1,TOP")]
    states = held(settings, "paradex", "market_summaries", ["symbol", "mark_price", "underlying_price", "open_interest", "funding_rate"])
    assert [tuple(row.values()) for row in states] == [(BTC, 3, None, 2, 0.5)]


def test_a_backfill_asks_for_the_last_minute_of_every_day_and_for_nothing_to_come(settings: Any, wire: Any) -> None:
    line = wire(venue({"symbol": BTC, "open_at": MIDNIGHT - 5 * 24 * HOUR}))
    assert run(settings, line, Window(NOW.date() - timedelta(days=7), NOW.date())).problem is None
    evenings = line.params("/summary")[1:]
    assert [(int(params["end"]) + 1 - MIDNIGHT) // HOUR for params in evenings] == [-96, -72, -48, -24, 0, 24]
    assert {int(params["end"]) + 1 - int(params["start"]) for params in evenings} == {60_000}
    samples = [(int(params["end_at"]) - MIDNIGHT) // HOUR for params in line.params("/data")]
    assert samples == list(range(-5 * 24 + 8, 25, 8))  # after the listing, and not after now


def test_evenings_of_an_outage_are_asked_for(settings: Any, wire: Any) -> None:
    """Runs of 03-09 and, after an outage, of 03-13: of the days before it two have no snapshot."""
    for day in (9, 13):
        line, at = wire(venue({"symbol": BTC}, summary=_state)), datetime(2026, 3, day + 1, 0, 30, tzinfo=UTC)
        window = Window(date(2026, 3, day), date(2026, 3, day))
        ingest(settings, [all_sources()["paradex"]], window, transports={"paradex": line.transport}, clock=lambda at=at: at, catch_up=True)
        evenings = [(int(params["end"]) + 1 - MIDNIGHT) // (24 * HOUR) for params in line.params("/summary")[1:]]
        assert evenings == ([] if day == 9 else [3, 4])


def _state(params: dict[str, str]) -> list[dict[str, Any]]:
    at = int(params["end"]) if "end" in params else MIDNIGHT + 24 * HOUR + 1800_000
    return [{"symbol": BTC, "created_at": at, "mark_price": "3", "open_interest": "2"}]


@pytest.mark.parametrize("at", [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC)])
def test_a_sample_of_the_last_second_belongs_to_what_begins(at: datetime, settings: Any, wire: Any, held: Any) -> None:
    """Of a month too."""
    end = int(at.timestamp() * 1000)
    row = {"market": BTC, "created_at": end - 700, "funding_index": "-12.5", "funding_premium": "4", "funding_rate": "0.00005"}
    line = wire(venue({"symbol": BTC}, data=lambda params: [row] if params["end_at"] == str(end) else []))
    run(settings, line, Window(at.date(), at.date()))
    columns = ["market", "created_at", "funding_index", "funding_premium", "funding_rate"]
    assert [list(one.values()) for one in held(settings, "paradex", "funding_data", columns)] == [[BTC, end - 700, -12.5, 4, 0.00005]]
    assert [path.name for path in (settings.raw_dir / "paradex/funding_data").glob("month=2*")] == ["month=2026-03"]


def test_the_dialects_index_grows_to_what_the_truth_settles() -> None:
    truth, now = Truth(seed=3, days=20, venues=[venue_of("paradex")]), datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    noon = int(now.timestamp() * 1000) - HOUR // 2

    def sample(at: int) -> dict[str, Any]:
        asked = {"market": "kPEPE-USD-PERP", "start_at": at - 300_000, "end_at": at, "page_size": 1}
        (row,) = Simulated("paradex", truth, now).body("/funding/data", **asked)["results"]
        return dict(row)

    before, half, after = (sample(noon - hours * HOUR) for hours in (4, 2, 0))
    price = float(after["funding_premium"]) / float(after["funding_rate"])
    paid = float(after["funding_index"]) - float(before["funding_index"])
    settled = truth.funding().filter(symbol="kPEPE-USD-PERP").filter(pl.col("settled_at").dt.epoch("ms") == noon)["funding_rate"][0]
    assert round(paid / price, 12) == settled == float(after["funding_rate"])
    assert float(half["funding_index"]) - float(before["funding_index"]) == pytest.approx(paid / 2)
