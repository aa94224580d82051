"""The dialect of GMX's weekly buybacks: from Wednesday to Wednesday, a zero before the truth, a quarter of the fees, a running end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import orjson
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=5, start=date(2026, 7, 6), days=20, venues=[])  # a Monday
DAY_S = 86_400


def test_weeks_hold_a_quarter_of_the_fees() -> None:
    now = datetime(2026, 7, 17, 6, tzinfo=UTC)
    reply = Switchboard(TRUTH, now).respond("gmx_buybacks", Query("GET", "/v1/buyback/weekly-stats"))
    before, whole, running = orjson.loads(reply.content)["weeks"]
    assert [datetime.fromtimestamp(week["weekStart"], UTC).date() for week in (before, whole, running)] == [
        date(2026, 7, 1), date(2026, 7, 8), date(2026, 7, 15),
    ]  # fmt: skip
    assert (before["weeklyAccrued"], before["cumulativeAccrued"]) == ("0", "0")
    assert running["weekEnd"] == int(now.timestamp())
    fees, prices = TRUTH.protocol_daily["gmx-v2-perps"]["fees"], TRUTH.coin_prices["gmx"]
    for week, days in ((whole, range(2, 9)), (running, range(9, 11))):
        mean = sum(Fraction(float(prices[day * 24 + 23])) for day in days) / len(days)
        paid = sum(Fraction(float(fees[day])) for day in days)
        assert int(week["weeklyAccrued"]) == round(paid / 4 / mean * 10**18)
    assert int(running["cumulativeAccrued"]) == int(whole["weeklyAccrued"]) + int(running["weeklyAccrued"])


def test_another_path_is_not_found() -> None:
    assert Switchboard(TRUTH).respond("gmx_buybacks", Query("GET", "/v1/buyback")).status == 404


@pytest.mark.parametrize("day", [6, 9])
def test_a_week_that_has_not_begun_is_not_there(day: int) -> None:
    reply = Switchboard(TRUTH, datetime(2026, 7, day, 12, tzinfo=UTC)).respond("gmx_buybacks", Query("GET", "/v1/buyback/weekly-stats"))
    assert len(orjson.loads(reply.content)["weeks"]) == (1 if day == 6 else 2)
