"""Rows that a source no longer has: a version that says so where an answer is whole for them, and none where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from ingestion.run.replay import replay
from ingestion.run.session import Session
from ingestion.settings import Settings
from ingestion.venue.registry import all_sources
from ingestion.wire.payload import Payload

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR_MS, DAY_SECONDS = 3_600_000, 86_400
Version = tuple[Any, Any, bool]
"""Hour or day since START, value, whether it is withdrawn."""


def ms(hour: int) -> int:
    return int(START.timestamp() * 1000) + hour * HOUR_MS


@pytest.fixture
def candles(payload: Any) -> Callable[..., Payload]:
    """A page of Binance's candles: these hours, of two days asked for, fetched so many hours after START."""

    def page(
        known: int, *hours: int, symbol: str = "BTCUSDT", asked: tuple[int, int] | None = (ms(0), ms(48)), close: str = "2"
    ) -> Payload:
        rows = [[ms(one), "1", "3", "1", close, "10", ms(one + 1) - 1, "20", 5, "1", "2", "0"] for one in hours]
        params = {"symbol": symbol, "interval": "1h"}
        body = orjson.dumps(rows)
        one: Payload = payload(
            "binance", "um_klines", body, params=params, asked=asked, fetched_at=START + timedelta(hours=known), run_id=f"run-{known}"
        )
        return one

    return page


@pytest.fixture
def charts(payload: Any) -> Callable[..., Payload]:
    """DefiLlama's fees of a protocol: the chart of these days, told on one of them."""

    def chart(known: int, *days: int, slug: str = "gmx", points: list[Any] | None = None) -> Payload:
        stamps = [[int(START.timestamp()) + day * DAY_SECONDS, 100.0 + day] for day in days]
        body = {"totalDataChart": [*stamps, *(points or [])], "protocolType": "protocol"}
        match, params = {"adapter_type": "fees", "slug": slug}, {"dataType": "dailyFees"}
        at = START + timedelta(days=known)
        one: Payload = payload("defillama", "summary", body, match=match, params=params, fetched_at=at, run_id=f"run-{known}")
        return one

    return chart


def take(settings: Settings, *payloads: Payload) -> Session:
    """As a run takes them: one commit."""
    source = all_sources()[payloads[0].source]
    session = Session(source, settings, payloads[0].run_id, client=None)
    for one in payloads:
        session.take(one)
    asyncio.run(session.commit())
    return session


@pytest.fixture
def hours(settings: Settings, held: Any) -> Callable[..., list[Version]]:
    def read(symbol: str = "BTCUSDT", of: Settings = settings) -> list[Version]:
        rows = [row for row in held(of, "binance", "klines") if row["symbol"] == symbol]
        return [((row["open_time"] - ms(0)) // HOUR_MS, row["close"], row["_is_withdrawn"]) for row in rows]

    return read


@pytest.fixture
def days(settings: Settings, held: Any) -> Callable[[], list[Version]]:
    def read() -> list[Version]:
        rows = held(settings, "defillama", "dimension_series")
        return [((row["day"] - int(START.timestamp())) // DAY_SECONDS, row["value"], row["_is_withdrawn"]) for row in rows]

    return read


def test_a_candle_that_is_gone_between_others_is_withdrawn_and_may_come_back(settings: Settings, candles: Any, hours: Any) -> None:
    take(settings, candles(50, 0, 1, 2, 3))
    session = take(settings, candles(51, 0, 1, 3))
    assert (session.outcomes["klines"].rows_added, session.outcomes["klines"].rows_withdrawn) == (1, 1)
    assert hours() == [(0, 2.0, False), (1, 2.0, False), (2, 2.0, False), (2, None, True), (3, 2.0, False)]
    assert take(settings, candles(52, 0, 1, 3)).outcomes["klines"].rows_added == 0, "it is gone already"
    take(settings, candles(53, 0, 1, 2, 3))
    assert [one for one in hours() if one[0] == 2] == [(2, 2.0, False), (2, None, True), (2, 2.0, False)]
    assert take(settings, candles(54, 0, 1, 2, 3)).outcomes["klines"].rows_added == 0


def test_the_answer_that_lacks_it_is_landed_so_that_the_withdrawal_traces(settings: Settings, candles: Any, held: Any) -> None:
    from ingestion.store import landing

    take(settings, candles(50, 0, 1, 2))
    lacking = candles(51, 0, 2)
    take(settings, lacking)
    (row,) = [row for row in held(settings, "binance", "klines") if row["_is_withdrawn"]]
    assert (row["_payload_sha256"], row["_run_id"], row["_fetched_at"]) == (lacking.sha256, "run-51", lacking.fetched_at)
    assert lacking.sha256 in {one.sha256 for one in landing.read(settings.landing_dir)}


@pytest.mark.parametrize(
    "partial",
    [
        pytest.param(lambda page: page(51, 0, 1, 2), id="cut at its end"),
        pytest.param(lambda page: page(51, 3, 4), id="cut at its start"),
        pytest.param(lambda page: page(51), id="without a row"),
        pytest.param(lambda page: page(51, 0, 4, asked=None), id="bounds unknown"),
        pytest.param(lambda page: page(51, 0, 4, symbol="ETHUSDT"), id="another market's"),
        pytest.param(lambda page: page(51, 0, 4, asked=(ms(0), ms(3))), id="asked for less"),
    ],
)
def test_what_a_partial_answer_does_not_have_stays(partial: Any, settings: Settings, candles: Any, hours: Any) -> None:
    take(settings, candles(50, 0, 1, 2, 3, 4))
    take(settings, partial(candles))
    assert hours() == [(hour, 2.0, False) for hour in range(5)]


def test_an_answer_with_a_row_that_cannot_be_read_takes_nothing_back(settings: Settings, candles: Any, hours: Any) -> None:
    take(settings, candles(50, 0, 1, 2, 3))
    odd = candles(51, 0, 1, 3)
    spoiled = orjson.dumps([*orjson.loads(odd.body)[:2], [ms(2), "none", "3", "1", "2", "10", ms(3) - 1, "20", 5, "1", "2", "0"],
                            orjson.loads(odd.body)[2]])  # fmt: skip
    session = take(settings, Payload(**{**vars(odd), "body": spoiled, "sha256": "odd"}))
    assert session.outcomes["klines"].rows_quarantined == 1
    assert hours() == [(hour, 2.0, False) for hour in range(4)]


def test_pages_of_one_run_do_not_take_back_each_others_rows(settings: Settings, candles: Any, hours: Any) -> None:
    """Two pages in one commit, in two, and the second one again."""
    first, second = candles(50, 0, 1, 2, asked=(ms(0), ms(3))), candles(50, 3, 4, 5, asked=(ms(3), ms(6)))
    take(settings, first, second)
    take(settings, first)
    take(settings, second)
    assert hours() == [(hour, 2.0, False) for hour in range(6)]


def test_a_row_that_came_and_went_before_the_commit_is_known_to_have_been(settings: Settings, candles: Any, hours: Any) -> None:
    take(settings, candles(50, 0, 1, 2), candles(51, 0, 2))
    assert hours() == [(0, 2.0, False), (1, 2.0, False), (1, None, True), (2, 2.0, False)]


@pytest.mark.parametrize("commit_bytes", [1, 10**9], ids=["a commit a body", "one commit"])
def test_a_replay_from_landing_gives_the_same_versions(
    commit_bytes: int, settings: Settings, make_settings: Any, candles: Any, charts: Any, held: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr("ingestion.run.replay.COMMIT_BYTES", commit_bytes)
    for page in (candles(50, 0, 1, 2, 3), candles(51, 0, 3), candles(52, 0, 1, 3), candles(53, 0, 1, 2, 3, close="2.5")):
        take(settings, page)
    for chart in (charts(5, 0, 1, 2, 3, 4), charts(6, 0, 1), charts(7), charts(8, 0, 1, 2)):
        take(settings, chart)
    other = make_settings(data_dir=tmp_path / "other")
    replay(other, settings.landing_dir, all_sources().values())
    for source, entity, withdrawn in (("binance", "klines", 2), ("defillama", "dimension_series", 5)):
        ours = held(settings, source, entity)
        assert held(other, source, entity) == ours
        assert sum(row["_is_withdrawn"] for row in ours) == withdrawn
    assert replay(other, settings.landing_dir, all_sources().values()).rows_added == 0


def test_the_newest_days_of_a_series_are_deleted_and_filled_again(settings: Settings, charts: Any, days: Any) -> None:
    """Values are 100 and the day. Another protocol keeps its own."""
    take(settings, charts(5, 0, 1, 2, 3), charts(5, 3, slug="dydx"))
    assert take(settings, charts(6, 0, 1)).outcomes["dimension_series"].rows_withdrawn == 2
    take(settings, charts(7, 0, 1, 2))
    assert days() == [
        (3, 103.0, False),  # dydx
        (0, 100.0, False), (1, 101.0, False), (2, 102.0, False), (2, None, True), (2, 102.0, False), (3, 103.0, False), (3, None, True),
    ]  # fmt: skip


def test_a_series_that_is_emptied_is_gone_as_a_whole(settings: Settings, charts: Any, days: Any) -> None:
    """Over the end of a month, and of nobody else."""
    take(settings, charts(40, 30, 31), charts(40, 30, slug="dydx"))
    take(settings, charts(41))
    assert days() == [(30, 130.0, False), (30, 130.0, False), (30, None, True), (31, 131.0, False), (31, None, True)]
    assert take(settings, charts(42)).outcomes["dimension_series"].rows_added == 0


def test_a_chart_with_a_point_that_cannot_be_read_takes_nothing_back(settings: Settings, charts: Any, days: Any) -> None:
    take(settings, charts(5, 0, 1, 2))
    take(settings, charts(6, 0, points=[["soon", 1.0]]))
    assert days() == [(0, 100.0, False), (1, 101.0, False), (2, 102.0, False)]


def test_a_tvl_answer_without_its_list_takes_nothing_back(settings: Settings, payload: Any, held: Any) -> None:
    """A field that was renamed is no series that was emptied; a list without points is one."""
    point = {"date": int(START.timestamp()), "totalLiquidityUSD": 5.0}
    found = []
    for known, body in enumerate([{"tvl": [point]}, {"totalValue": [point]}, {"tvl": []}]):
        at = START + timedelta(days=known + 5)
        take(settings, payload("defillama", "protocol", body, match={"slug": "gmx"}, fetched_at=at))
        found.append([row["_is_withdrawn"] for row in held(settings, "defillama", "tvl")])
    assert found == [[False], [False], [False, True]]
