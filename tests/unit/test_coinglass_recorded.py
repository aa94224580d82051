"""CoinGlass as it answered: files of two runs around 2025-10-10, as others kept them, and the vendor's examples."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.errors import NotAvailable
from ingestion.venue.registry import all_sources

pytestmark = pytest.mark.recorded
FOLDER = "sources/coinglass"
DOC = {"params": {"symbol": "BTC", "interval": "1d", "exchange_list": "Binance"}}
FILES = {
    "aggregated_open_interest": "open_interest/api_futures_openInterest_ohlc_aggregated_history_BTC.parquet",
    "oi_weighted_funding": "funding_rate/api_futures_fundingRate_oi_weight_ohlc_history_BTC.parquet",
    "aggregated_liquidations": "liquidation/api_futures_liquidation_aggregated_coin_history_BTC.parquet",
}


@pytest.fixture
def answered(shared: Path, payload: Any, typed: Any) -> Any:
    """Rows by time of an answer of the run on this day: the files hold the list under `data` as it was sent."""

    def read(day: str, name: str) -> dict[datetime, dict[str, Any]]:
        data = pl.read_parquet(shared / "data/coinglass_snapshots/raw_sample" / day / "futures" / FILES[name]).to_dicts()
        params = {"symbol": "BTC", "interval": "4h", "exchange_list": "Binance"}
        rows = typed(payload("coinglass", name, {"code": "0", "msg": "success", "data": data}, params=params))[name]
        assert len(rows) == len(data) == 1080
        return {datetime.fromtimestamp(row["time"] / 1000, UTC): row for row in rows}

    return read


def test_open_interest_an_hour_before_the_crash(answered: Any) -> None:
    """90.2 bn at noon of 2025-10-10; the bar of the run (19:59) was still running."""
    bars = answered("20251010", "aggregated_open_interest")
    assert bars[datetime(2025, 10, 10, 8, tzinfo=UTC)]["close"] == pytest.approx(90.2e9, rel=1e-3)
    assert max(bars) == datetime(2025, 10, 10, 16, tzinfo=UTC)
    assert all(row["low"] <= row["close"] <= row["high"] for row in bars.values())


def test_funding_is_percent_and_falls_below_zero(answered: Any) -> None:
    before, after = (answered(day, "oi_weighted_funding") for day in ("20251010", "20251012"))
    assert [after[datetime(2025, 10, 12, hour, tzinfo=UTC)]["close"] for hour in (16, 20)] == [-0.000131, 0.001252]
    assert 0.003 < before[datetime(2025, 10, 9, 20, tzinfo=UTC)]["close"] < 0.02
    changed = [at for at in before if at in after and before[at]["close"] != after[at]["close"]]
    assert max(before) in changed


def test_liquidations_of_binance_alone(answered: Any) -> None:
    """286.4 M of longs and 117.3 M of shorts on 2025-10-10: Binance's, of some 19 bn in all."""
    day = [row for at, row in answered("20251012", "aggregated_liquidations").items() if f"{at:%m-%d}" == "10-10"]
    assert len(day) == 6
    assert sum(row["aggregated_long_liquidation_usd"] for row in day) == pytest.approx(286.4e6, rel=1e-3)
    assert sum(row["aggregated_short_liquidation_usd"] for row in day) == pytest.approx(117.3e6, rel=1e-3)
    assert {row["exchange_list"] for row in day} == {"Binance"}


@pytest.mark.parametrize(
    ("name", "endpoint", "values"),
    [
        ("aggregated-liquidation-history", "aggregated_liquidations",
         ["Binance", "BTC", "1d", 1658966400000, 5916885.14234, 12969583.87632]),
        ("oi-ohlc-aggregated-history", "aggregated_open_interest",
         ["BTC", "1d", 2644845344000, 2644845344, 2692643311, 2576975597, 2608846475]),
        ("oi-weight-ohlc-history", "oi_weighted_funding", ["BTC", "1d", 1658880000000, 0.004603, 0.009388, -0.005063, 0.009229]),
    ],
)  # fmt: skip
def test_the_vendors_examples(name: str, endpoint: str, values: list[Any], recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/v4_doc__{name}.json", "coinglass", endpoint, **DOC)
    assert list(typed(one)[endpoint][0].values()) == values


def test_the_recorded_error_is_one(recorded: Any, payload: Any) -> None:
    _, response = recorded(f"{FOLDER}/v1_error__secret-invalid.json", "coinglass", "oi_weighted_funding")
    with pytest.raises(NotAvailable, match="30001: secret invalid"):
        all_sources()["coinglass"].check(payload("coinglass", "oi_weighted_funding", response["body"], status=response["http_status"]))


def test_the_vendors_chart_is_a_row_for_each_exchange(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/v4_doc__oi-exchange-history-chart.json", "coinglass", "exchange_history_chart", params={"symbol": "BTC"})
    rows = [tuple(row.values())[:4] for row in typed(one)["open_interest_by_exchange"]]
    assert rows == [("BTC", "Binance", 1721649600000, 8018229234.0), ("BTC", "Bitmex", 1721649600000, 395160842.0)]
