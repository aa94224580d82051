"""One run over several sources: each on its own, what came is kept, what failed is named and booked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.run.ingest import ensure_tables, ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

BINANCE, HYPERLIQUID = all_sources()["binance"], all_sources()["hyperliquid"]
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
DAY_MS = 1_773_014_400_000
KLINE = [DAY_MS, "1", "2", "0.5", "1.5", "10", DAY_MS + 1, "15", 3, "4", "6", "0"]
TRADING = {"contractType": "PERPETUAL", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "onboardDate": 1}
PERPETUAL = {"symbol": "BTCUSDT"} | TRADING


def binance(**series: Any) -> Callable[[httpx.Request], Any]:
    """One healthy perpetual; `series` replaces an answer by the last part of its path."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in series:
            return series[name](request) if callable(series[name]) else series[name]
        healthy = {
            "exchangeInfo": {"symbols": [PERPETUAL] if "fapi" in request.url.host else []},
            "openInterest": {"symbol": "BTCUSDT", "time": DAY_MS, "openInterest": "7"},
            "klines": [KLINE], "fundingRate": [{"symbol": "BTCUSDT", "fundingTime": DAY_MS, "fundingRate": "0.0001"}],
        }  # fmt: skip
        return healthy.get(name, [])

    return answer


def down(request: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


def run(settings: Any, wire: Any, answers: dict[str, Any], window: Window | None = DAY, at: datetime = AT) -> dict[str, SourceResult]:
    sources = [all_sources()[name] for name in answers]
    transports = {name: wire(answer).transport for name, answer in answers.items()}
    return {result.source: result for result in ingest(settings, sources, window, clock=lambda: at, transports=transports)}


def attempts(settings: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest attempt of every source and entity."""
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    rows = pl.concat([pl.read_parquet(table.part(month), hive_partitioning=False) for month in table.months()]).sort("attempted_at")
    return {(row["source"], row["entity"]): row for row in rows.to_dicts()}


def test_a_source_that_is_down_leaves_the_others(settings: Any, wire: Any, held: Any) -> None:
    found = run(settings, wire, {"hyperliquid": down, "binance": binance()})
    assert (found["hyperliquid"].status, found["binance"].status) == ("failed", "ok")
    for part in ("hyperliquid perpDexs", "HTTP 503", "https://api.hyperliquid.xyz/info"):
        assert part in (found["hyperliquid"].problem or "")
    assert len(held(settings, "binance", "klines")) == 1


def test_every_figure_traces_to_its_payload_in_landing(settings: Any, wire: Any, held: Any) -> None:
    run(settings, wire, {"binance": binance()})
    (row,) = held(settings, "binance", "klines")
    landed = pl.read_parquet(settings.landing_dir / "binance" / "*" / "*.parquet").filter(pl.col("sha256") == row["_payload_sha256"])
    assert json.loads(landed["body"].item()) == [KLINE]
    assert (landed["endpoint"].item(), landed["fetched_at"].item()) == ("um_klines", AT)
    assert row["_fetched_at"] == AT


def test_a_second_run_adds_nothing_to_raw_or_landing(settings: Any, wire: Any) -> None:
    run(settings, wire, {"binance": binance()})
    before = {path: path.read_bytes() for path in settings.data_dir.glob("*/binance/**/*.parquet")}
    again = run(settings, wire, {"binance": binance()})["binance"]
    assert {path: path.read_bytes() for path in settings.data_dir.glob("*/binance/**/*.parquet")} == before
    assert len(before) > 10
    assert sum(outcome.rows_added for outcome in again.outcomes.values()) == 0


def test_a_row_that_does_not_fit_is_quarantined_and_shown(settings: Any, wire: Any, held: Any) -> None:
    rates = [{"symbol": "BTCUSDT", "fundingTime": DAY_MS + n, "fundingRate": rate} for n, rate in enumerate(("0.0001", "n/a"))]
    result = run(settings, wire, {"binance": binance(fundingRate=rates)})["binance"]
    assert (result.outcomes["funding_rates"].rows_added, result.outcomes["funding_rates"].rows_quarantined) == (1, 1)
    (file,) = (settings.raw_dir / "_quarantine" / "binance" / "funding_rates").glob("*.parquet")
    (row,) = pl.read_parquet(file).to_dicts()
    assert (row["reason"], json.loads(row["row"])["funding_time"]) == ("funding_rate = n/a is not Float64", DAY_MS + 1)
    landed = pl.read_parquet(settings.landing_dir / "binance" / "*" / "*.parquet")
    assert row["_payload_sha256"] in landed["sha256"].to_list()
    assert attempts(settings)["binance", "funding_rates"]["rows_quarantined"] == 1


@pytest.mark.parametrize(
    "strange",
    [("openInterest", {"a": 1}), ("openInterest", [7]), ("openInterest", True), ("time", 10**18), ("time", 2**70), ("symbol", {"a": 1})],
    ids=["an object", "a list", "a truth value", "a distant year", "a giant number", "an object for a name"],
)
def test_a_strange_value_costs_its_own_row_only(strange: tuple[str, Any], settings: Any, wire: Any, held: Any) -> None:
    row = {"symbol": "BTCUSDT", "time": DAY_MS, "openInterest": "7"} | dict([strange])
    run(settings, wire, {"binance": binance(openInterest=row)})
    assert len(held(settings, "binance", "klines")) == 1
    assert held(settings, "binance", "open_interest") == []
    run(settings, wire, {"binance": binance()})  # and the next run is none the worse
    assert [row["open_interest"] for row in held(settings, "binance", "open_interest")] == [7.0]


def test_a_kline_too_short_is_set_aside_and_told(settings: Any, wire: Any, held: Any) -> None:
    result = run(settings, wire, {"binance": binance(klines=[KLINE[:4]])})["binance"]
    assert [row["open_interest"] for row in held(settings, "binance", "open_interest")] == [7.0]
    assert len(held(settings, "binance", "funding_rates")) == 1
    assert (result.status, result.outcomes["klines"].rows_quarantined) == ("failed", 1)
    assert result.problem == "klines: 1 of 1 rows set aside, the first because close is missing; volume is missing; " + "; ".join(
        f"{name} is missing" for name in ("close_time", "quote_volume", "trades", "taker_buy_volume", "taker_buy_quote_volume")
    )


scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
names = st.text(max_size=3)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=5)
FUNDING = {"symbol": "BTCUSDT", "fundingTime": DAY_MS, "fundingRate": "0.0001"}
spoiled = st.one_of(
    st.tuples(st.sampled_from(["klines", "fundingRate", "openInterest"]), anything),
    st.tuples(st.just("klines"), st.tuples(st.integers(0, 11), anything).map(lambda at: [[*KLINE[: at[0]], at[1], *KLINE[at[0] + 1 :]]])),
    st.tuples(st.just("fundingRate"), st.tuples(st.sampled_from([*FUNDING]), anything).map(lambda at: [FUNDING | {at[0]: at[1]}])),
)
ENTITY = {"klines": "klines", "fundingRate": "funding_rates", "openInterest": "open_interest"}


@example_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(answer=spoiled)
def test_no_answer_whatever_can_stop_what_the_others_said(answer: Any, wire: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("data")
    settings = load_settings(data_dir=folder, retry_seconds=0, attempts=1, rate_limit_factor=1e6, _env_file=None)
    path, text = answer[0], json.dumps(answer[1])
    result = run(settings, wire, {"binance": binance(**{path: lambda request: httpx.Response(200, text=text)})})["binance"]
    others = set(ENTITY.values()) - {ENTITY[path]}
    assert {name for name in others if result.outcomes[name].rows_added == 1} == others
    mine = result.outcomes[ENTITY[path]]
    assert mine.rows_added + mine.rows_quarantined + len(mine.failures) >= (0 if not answer[1] else 1)  # nothing vanishes unseen


def test_a_source_without_its_key_is_not_configured_and_no_failure(shop: Any, settings: Any, wire: Any) -> None:
    source = shop()
    source.key_variable = "SHOP_API_KEY"
    line = wire(down)
    (result,) = ingest(settings, [source], DAY, clock=lambda: AT, transports={"shop": line.transport})
    assert (result.status, result.problem, line.asked) == ("not_configured", None, [])
    assert attempts(settings)["shop", "items"]["status"] == "not_configured"


def test_every_entity_has_its_empty_part_before_the_first_answer(settings: Any, wire: Any) -> None:
    run(settings, wire, {"hyperliquid": down})
    for entity in HYPERLIQUID.entities:
        assert RawTable(settings.raw_dir, "hyperliquid", entity).part("0000-00").exists()
    ensure_tables(settings, BINANCE)
    assert len(list(settings.raw_dir.glob("binance/*/month=0000-00/part.parquet"))) == len(BINANCE.entities)
