"""Typing of parsed rows: what does not fit is quarantined with its reason; what fits is what the source said, never more."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.store.columns import Columns, frame_of
from ingestion.store.entity import Entity, day, unix
from ingestion.store.fitting import META, fit, raw_schema

TRADES = Entity.of("trades", "*symbol *time:int price:float count:int? is_open:bool? note?", event=unix("time", "ms"))
NOW_MS = 1_767_225_600_000  # 2026-01-01
GOOD = ("BTC", NOW_MS, 1.5, 3, True, "x")
FETCHED = datetime(2026, 1, 20, tzinfo=UTC)


def fitted(*rows: tuple[Any, ...], entity: Entity = TRADES) -> tuple[pl.DataFrame, pl.DataFrame]:
    origin = {"_fetched_at": pl.lit(FETCHED, dtype=META["_fetched_at"]), "_payload_sha256": pl.lit("sha"), "_run_id": pl.lit("run")}
    return fit(entity, frame_of(entity, [Columns.of_rows(entity, rows)]).with_columns(**origin))


def with_field(**changed: Any) -> tuple[Any, ...]:
    return tuple(changed.get(name, value) for name, value in zip(TRADES.columns, GOOD, strict=True))


def test_good_rows_are_typed_and_keep_their_provenance() -> None:
    good, bad = fitted(GOOD, with_field(time=str(NOW_MS + 1), price="0.10", count=None, is_open="false", note=None))
    assert good.schema == raw_schema(TRADES)
    assert good.rows() == [(*GOOD, FETCHED, "sha", "run", False), ("BTC", NOW_MS + 1, 0.1, None, False, None, FETCHED, "sha", "run", False)]
    assert bad.is_empty()


WRONG = [
    ("price", "abc", "price = abc is not Float64"),
    ("price", "NaN", "price = NaN is not Float64"),
    ("price", math.nan, "price = NaN is not Float64"),
    ("price", math.inf, "price = inf is not Float64"),
    ("price", "-inf", "price = -inf is not Float64"),
    ("price", "1,5", "price = 1,5 is not Float64"),
    ("price", None, "price is missing"),
    ("price", "", "price is missing"),
    ("symbol", None, "symbol is missing"),
    ("count", 3.5, "count = 3.5 is not Int64"),
    ("count", "3.5", "count = 3.5 is not Int64"),
    ("count", 1e30, "is not Int64"),
    ("is_open", "yes", "is_open = yes is not Boolean"),
    ("time", "2026-01-01", "the time of the event cannot be read"),
    ("time", None, "time is missing"),
    ("time", NOW_MS + 0.5, "is not Int64"),
]


@pytest.mark.parametrize(("field", "value", "reason"), WRONG, ids=[f"{field}={value}" for field, value, _ in WRONG])
def test_a_wrong_value_is_quarantined_with_its_reason_and_the_others_stay(field: str, value: Any, reason: str) -> None:
    good, bad = fitted(GOOD, with_field(**{field: value}), with_field(time=NOW_MS + 1))
    assert good["time"].to_list() == [NOW_MS, NOW_MS + 1]
    assert reason in bad["reason"].item()
    assert set(json.loads(bad["row"].item())) == set(TRADES.columns)
    assert bad.select(list(META)).row(0) == (FETCHED, "sha", "run")


STRANGE = [
    ("price", True), ("count", False), ("time", True), ("price", {"usd": 1.0}), ("price", [1.0]), ("count", {}), ("count", 2**70),
    ("time", [NOW_MS]), ("symbol", {"name": "BTC"}), ("symbol", ["BTC"]), ("symbol", 5), ("symbol", True), ("note", 1.5),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), STRANGE, ids=[f"{field}={value}" for field, value in STRANGE])
def test_nothing_of_another_kind_is_coerced_and_no_row_takes_others_with_it(field: str, value: Any) -> None:
    """A truth value is no number, a number no name, a list nothing at all."""
    good, bad = fitted(GOOD, with_field(**{field: value}), with_field(time=NOW_MS + 1))
    assert good["time"].to_list() == [NOW_MS, NOW_MS + 1]
    assert field in bad["reason"].item()


def test_a_large_whole_number_is_itself_beside_fractions() -> None:
    """As one column of floats, 2**53 + 1 would be 2**53: which figure a row has must not hang on the other rows of its commit."""
    good, bad = fitted(with_field(count=2**53 + 1), with_field(time=NOW_MS + 1, count=3.0), with_field(time=NOW_MS + 2, count=0.5))
    assert good["count"].to_list() == [2**53 + 1, 3]
    assert bad["reason"].item() == "count = 0.5 is not Int64"


def test_a_whole_number_is_itself_beside_texts() -> None:
    good, bad = fitted(with_field(count="7"), with_field(time=NOW_MS + 1, count=3.0), with_field(time=NOW_MS + 2, count=0.5))
    assert good["count"].to_list() == [7, 3]
    assert bad["reason"].item() == "count = 0.5 is not Int64"


@pytest.mark.parametrize("time", [NOW_MS * 1000, 10**18, -(10**14), 0], ids=["microseconds", "nanoseconds", "year -1199", "1970"])
def test_an_instant_no_market_can_have_is_no_time(time: int) -> None:
    """A source that turns to microseconds (Binance's spot archive did in 2025) must not fill months like 57970-01."""
    good, bad = fitted(GOOD, with_field(time=time))
    assert good["time"].to_list() == [NOW_MS]
    assert "time" in bad["reason"].item()


def test_an_event_is_not_younger_than_its_answer_but_for_a_day_of_leeway() -> None:
    """One candle dated 2050 would be the newest row for ever, and catch-up would never look behind it."""
    fetched_ms = int(FETCHED.timestamp() * 1000)
    announced, later = fetched_ms + 86_400_000, fetched_ms + 86_400_001
    good, bad = fitted(with_field(time=announced), with_field(time=later), with_field(time=2_524_608_000_000))
    assert good["time"].to_list() == [announced]
    assert bad["reason"].to_list() == ["the time of the event is later than its answer"] * 2


def test_a_key_told_twice_in_one_answer_is_kept_as_told_last_and_the_other_is_shown() -> None:
    """Both kept would be two new versions at every fetch of the same answer."""
    good, bad = fitted(GOOD, with_field(price=2.0), with_field(time=NOW_MS + 1), with_field(time=NOW_MS + 1), with_field(symbol="ETH"))
    assert good.select("symbol", "time", "price").rows() == [("BTC", NOW_MS, 2.0), ("BTC", NOW_MS + 1, 1.5), ("ETH", NOW_MS, 1.5)]
    assert bad["reason"].to_list() == ["the answer tells this key again, with other values: the last one counts"]
    assert json.loads(bad["row"].item())["price"] == 1.5


def test_one_body_fetched_twice_is_two_answers() -> None:
    """A value that went and came back: the third answer is the first one's body again."""
    frame = frame_of(TRADES, [Columns.of_rows(TRADES, [GOOD, GOOD])])
    at = pl.Series("_fetched_at", [FETCHED, FETCHED + timedelta(hours=1)], dtype=META["_fetched_at"])
    good, bad = fit(TRADES, frame.with_columns(at, _payload_sha256=pl.lit("sha"), _run_id=pl.lit("run")))
    assert (len(good), len(bad)) == (2, 0)


def test_a_missing_part_of_a_key_is_a_value_of_its_own_there_too() -> None:
    entity = Entity.of("prices", "*symbol? *time:int price:float", event=unix("time", "ms"))
    good, bad = fitted((None, NOW_MS, 1.0), (None, NOW_MS, 2.0), ("BTC", NOW_MS, 3.0), entity=entity)
    assert (good["price"].to_list(), len(bad)) == ([2.0, 3.0], 1)


def test_two_faults_of_a_row_are_both_named() -> None:
    _, bad = fitted(with_field(price="x", count="y"))
    assert bad["reason"].item() == "price = x is not Float64; count = y is not Int64"


def test_days_are_days() -> None:
    entity = Entity.of("listed", "*name *observed_on:day", event=day("observed_on"))
    good, _ = fitted(("BTC", date(2026, 1, 2)), entity=entity)
    assert good.row(0)[:2] == ("BTC", date(2026, 1, 2))


def test_a_row_of_another_width_is_an_error_that_names_the_fields() -> None:
    with pytest.raises(ValueError, match=r"rows of trades must have 6 fields: symbol, time, price"):
        Columns.of_rows(TRADES, [GOOD, GOOD[:-1]])


def test_no_rows_are_an_empty_frame() -> None:
    good, bad = fitted()
    assert (good.schema, len(good), len(bad)) == (raw_schema(TRADES), 0, 0)


numbers = st.floats(allow_nan=False, allow_infinity=False)
prices = st.one_of(numbers, numbers.map(repr), st.integers(-(2**53), 2**53), st.sampled_from(["abc", "", "NaN", "1 2", None, math.inf]))
times = st.one_of(st.integers(NOW_MS, NOW_MS + 10**9), st.sampled_from(["soon", None, NOW_MS + 0.5]))


def fits(time: Any, price: Any) -> bool:
    """Said without polars: a whole number of milliseconds, and a finite number or the text of one."""
    try:
        return isinstance(time, int) and price is not None and math.isfinite(float(price))
    except ValueError:
        return False


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(times, prices), max_size=12))
def test_every_row_is_either_kept_as_it_is_or_quarantined(cells: list[tuple[Any, Any]]) -> None:
    good, bad = fitted(*[(f"BTC{number}", time, price, 1, True, str(number)) for number, (time, price) in enumerate(cells)])
    expected = [(str(number), time, float(price)) for number, (time, price) in enumerate(cells) if fits(time, price)]
    assert good.select("note", "time", "price").rows() == expected
    assert len(good) + len(bad) == len(cells)
    assert bad["reason"].str.len_chars().min() != 0
