"""The CFTC's dialect: a report of every Tuesday, from Friday evening on, in contracts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.cme import VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, start=date(2026, 7, 1), days=30, venues=[VENUE])
CODES = "cftc_contract_market_code in ('133741', '146021')"
DAYS = "report_date_as_yyyy_mm_dd between '2026-07-01T00:00:00' and '2026-07-31T00:00:00'"


def rows(now: datetime, **params: str) -> Any:
    board = Switchboard(TRUTH, now)
    return orjson.loads(board.respond("cme", Query("GET", "/resource/gpe5-46if.json", {"$where": f"{CODES} and {DAYS}"} | params)).content)


@pytest.mark.parametrize(("hour", "newest"), [(20, "2026-07-14"), (21, "2026-07-21")])
def test_a_report_appears_on_friday_evening(hour: int, newest: str) -> None:
    days = [row["report_date_as_yyyy_mm_dd"][:10] for row in rows(datetime(2026, 7, 24, hour, 0, tzinfo=UTC))]
    assert sorted(set(days)) == [day for day in ("2026-07-07", "2026-07-14", "2026-07-21") if day <= newest]


def test_contracts_are_the_truths_base_by_their_size_at_the_close() -> None:
    found = rows(datetime(2026, 7, 24, 22, tzinfo=UTC))
    base = {market.symbol: market.open_interest_base[20 * 24 + 21] for market in TRUTH.markets}  # the 21st hour of 2026-07-21
    newest = {row["cftc_contract_market_code"]: float(row["open_interest_all"]) for row in found[-2:]}
    assert newest["133741"] * 5 == pytest.approx(base["133741"], rel=1e-15)
    assert newest["146021"] * 50 == pytest.approx(base["146021"], rel=1e-15)


def test_pages_codes_and_errors() -> None:
    now = datetime(2026, 7, 24, 22, tzinfo=UTC)
    assert rows(now, **{"$limit": "2", "$offset": "4"}) == rows(now)[4:]
    assert rows(now, **{"$where": f"cftc_contract_market_code in ('133741') and {DAYS}"}) == rows(now)[::2]
    assert rows(now, **{"$where": "nonsense"})["errorCode"] == "query.compiler.malformed"
