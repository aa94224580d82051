"""A contract changes what it is worth: each month keeps the amounts of its own terms, whenever and however it is built.

Belongs here: terms that change over builds of the facts, on raw rows by hand. Does not: one conversion (dbt's unit tests), a whole
changing market (the simulator's).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import polars as pl
import pytest
from house import House

from ingestion.settings import Settings
from orchestration import pending
from orchestration.steps.facts import build_facts

# 24 hours of 50 lots at 2 USD: 24 × 50 × 10 WIF × 2 = 24,000 USD, and twice that when a lot is 20 WIF
AUGUST = [(date(2026, 8, 2), 12_000.0, 24_000.0, False)]
BOTH = [*AUGUST, (date(2026, 9, 2), 24_000.0, 48_000.0, False)]


@pytest.fixture(scope="module")
def kucoin(house: Callable[..., House]) -> Settings:
    return house({}).enter()


def test_a_month_keeps_the_lots_of_its_own_list(kucoin: Settings) -> None:
    put_month(kucoin, 8, lot=10.0)
    assert volumes(kucoin) == AUGUST
    put_month(kucoin, 9, lot=20.0)
    assert volumes(kucoin) == BOTH
    pending.forget(kucoin)
    assert volumes(kucoin) == BOTH


def put_month(settings: Settings, month: int, lot: float) -> None:
    """The list and a day of candles of one market, as the adapter would have written them."""
    day, fetched_at = date(2026, month, 2), datetime(2026, month, 3, 1, tzinfo=UTC)
    start = int(datetime(2026, month, 2, tzinfo=UTC).timestamp() * 1000)
    contract: dict[str, Any] = {"symbol": "WIFUSDTM", "observed_on": day, "type": "FFWCSX", "multiplier": lot, "is_inverse": False}
    contract |= {"base_currency": "WIF", "quote_currency": "USDT", "settle_currency": "USDT", "status": "Open", "market_type": "CRYPTO"}
    prices = {"open": 2.0, "high": 2.0, "low": 2.0, "close": 2.0, "volume": 50.0}
    candles = [{"symbol": "WIFUSDTM", "granularity": 60, "time": start + hour * 3_600_000, **prices} for hour in range(24)]
    for entity, rows in (("instruments", [contract]), ("candles", candles)):
        marks = {"_fetched_at": fetched_at, "_payload_sha256": "x", "_run_id": "r"}
        path = settings.raw_dir / "kucoin" / entity / f"month=2026-{month:02d}" / "part.parquet"
        path.parent.mkdir(parents=True)
        pl.DataFrame([row | marks for row in rows]).write_parquet(path)


def volumes(settings: Settings) -> list[tuple[date, float, float, bool]]:
    """Build what is pending, and give the days there are."""
    for _ in build_facts(settings):
        pass
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        return warehouse.execute(
            "select date, volume_base, volume_usd, has_assumed_terms from facts.fct_volume_daily order by date"
        ).fetchall()
