"""A declared table: reading by columns gives the rows, versions and quarantine that reading row by row gives, whatever the values."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.errors import Unroutable
from ingestion.sources import binance
from ingestion.store import lines
from ingestion.store.buffer import Buffer
from ingestion.store.columns import Columns
from ingestion.store.entity import Entity, unix
from ingestion.store.lines import Lines
from ingestion.venue.parsing import by_name, joined, objects
from ingestion.venue.table import Each, Table
from ingestion.wire.payload import Payload

Make = Callable[..., Payload]
TRADES = Table.of(
    "trades", "*symbol=@symbol *time:int=T price:float=p note?=n is_open:bool? kind?", event=unix("time", "ms"), look_back_days=2
)  # fmt: skip
START = 1_767_225_600_000
ASKED = {"symbol": "BTC", "interval": "1h", "period": "1h"}


def fitted(entity: Entity, parts: Sequence[tuple[Any, Payload]]) -> list[list[dict[str, Any]]]:
    """Rows kept and rows set aside; what is set aside may stand there as a number or as its text."""
    buffer = Buffer(entity)
    for rows, payload in parts:
        buffer.add(rows, payload)
    good, bad = (frame.to_dicts() for frame in buffer.fitted())
    told = [{**row, "row": {name: plainly(value) for name, value in json.loads(row["row"]).items()}} for row in bad]
    return [sorted(good, key=str), sorted(told, key=str)]


def plainly(value: Any) -> Any:
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return value


def test_a_line_declares_field_column_type_and_key() -> None:
    entity = TRADES.entity
    assert entity.columns == {
        "symbol": pl.String(), "time": pl.Int64(), "price": pl.Float64(), "note": pl.String(), "is_open": pl.Boolean(), "kind": pl.String(),
    }  # fmt: skip
    assert (entity.key, entity.optional, entity.look_back_days) == (("symbol", "time"), {"note", "is_open", "kind"}, 2)
    assert (TRADES.asked, TRADES.places) == ({"symbol": "symbol"}, {})
    assert TRADES.fields == {"time": ("T",), "price": ("p",), "note": ("n",), "is_open": ("is_open",), "kind": ("kind",)}


def test_rows_are_read_by_field_by_request_and_as_given(payload: Make) -> None:
    one = payload("shop", "items", [], params=ASKED)
    rows = [{"T": START, "p": "1.5", "n": "x", "is_open": True}, {"T": START + 1, "p": 2, "is_open": "false"}]
    good, bad = fitted(TRADES.entity, [(TRADES.read(rows, one, kind=["a", "b"])["trades"], one)])
    assert [tuple(row.values())[:6] for row in good] == [
        ("BTC", START, 1.5, "x", True, "a"), ("BTC", START + 1, 2.0, None, False, "b"),
    ]  # fmt: skip
    assert bad == []
    same, _ = fitted(TRADES.entity, [(TRADES.read(rows, one, kind="c")["trades"], one)])
    assert [row["kind"] for row in same] == ["c", "c"]


def test_an_empty_text_is_no_instant_and_another_text_is_set_aside(payload: Make) -> None:
    table = Table.of("orders", "*id:ms opened_at:instant?")
    rows = [{"id": START, "opened_at": ""}, {"id": START + 1, "opened_at": "2026-01-01T00:00:00Z"}, {"id": START + 2, "opened_at": "soon"}]
    one = payload("shop", "items", rows)
    good, bad = fitted(table.entity, [(table.read(rows, one)["orders"], one)])
    assert [row["opened_at"] for row in good] == [None, datetime(2026, 1, 1, tzinfo=UTC)]
    assert [row["reason"].split(" is not")[0] for row in bad] == ["opened_at = 'soon'"]


def test_rows_that_name_nothing_are_no_markets() -> None:
    rows = [{"symbol": "BTC", "price": 1}, None, 5, {"symbol": None}, {"symbol": ["ETH"]}, {}, {"symbol": "ETH"}]
    assert by_name(rows, "symbol") == {"BTC": rows[0], "ETH": rows[6]}


def test_what_the_request_must_say_is_missed_by_name(payload: Make) -> None:
    with pytest.raises(Unroutable, match="symbol"):
        TRADES.read([{"T": START}], payload("shop", "items", []), kind=None)


@pytest.mark.parametrize("rows", ["text", 5, True], ids=str)
def test_what_is_no_list_of_rows_is_an_error_of_the_answer(rows: Any, payload: Make) -> None:
    one = payload("binance", "um_klines", [], params=ASKED)
    with pytest.raises(TypeError, match="where a list of rows is expected"):
        binance.KLINES.read(rows, one, product="um")


@pytest.mark.parametrize(
    ("body", "said"), [([1], "a list where an object with data is"), ({"data": 5}, "a int where an object with rows is")]
)
def test_an_answer_without_the_object_that_has_the_rows_says_so(body: Any, said: str, payload: Make) -> None:
    with pytest.raises(TypeError, match=said):
        TRADES.at("data", "rows", kind=None)(payload("shop", "items", body, params=ASKED))


@pytest.mark.parametrize("row", [5, "abc", None, [1], {"a": 2}], ids=str)
def test_a_row_of_another_shape_costs_itself_only(row: Any, payload: Make) -> None:
    one = payload("binance", "um_klines", [], params=ASKED)
    good, bad = fitted(binance.KLINES.entity, [(binance.KLINES.read([kline(0), row, kline(2)], one, product="um")["klines"], one)])
    assert [found["open_time"] for found in good] == [kline(0)[0], kline(2)[0]]
    assert len(bad) == 1
    known = {"T": START, "p": "1.5"}
    good, bad = fitted(TRADES.entity, [(TRADES.read([known, row], one, kind=None)["trades"], one)])
    assert ([found["time"] for found in good], len(bad)) == ([START], 1)


def test_nothing_is_no_rows_and_an_object_is_one(payload: Make) -> None:
    one = payload("shop", "items", [], params=ASKED)
    assert TRADES.read(None, one, kind=None)["trades"].height == 0
    assert TRADES.read({"T": START, "p": 1}, one, kind=None)["trades"].height == 1


def test_a_field_of_several_names_is_read_by_the_one_that_a_row_has(payload: Make) -> None:
    one = payload("shop", "items", [])
    table = Table.of("items", "*time:ms=T|t price:float?=p|q.r note?=n|m")
    rows = [
        {"T": START, "m": "old", "p": {"r": 5}}, {"t": START + 1, "n": "new", "m": "old", "q": {"r": 6}},
        {"T": START + 2, "n": None, "q": 7}, {"x": 1},
    ]  # fmt: skip
    good, bad = fitted(table.entity, [(table.read(rows, one)["items"], one)])
    assert [tuple(row.values())[:3] for row in good] == [(START, 5.0, "old"), (START + 1, 6.0, "new"), (START + 2, None, None)]
    assert [row["reason"] for row in bad] == ["time is missing; the time of the event cannot be read"]


def test_a_column_worked_out_of_each_row_meets_objects_only(payload: Make) -> None:
    one = payload("shop", "items", [], params=ASKED)
    rows = [{"T": START, "p": 1, "k": "x"}, 5, {"T": START + 1, "p": 1}]
    kind = Each(lambda row: f"<{row.get('k')}>")
    good, bad = fitted(TRADES.entity, [(TRADES.read(rows, one, kind=kind)["trades"], one)])
    assert [row["kind"] for row in good] == ["<x>", "<None>"]
    assert len(bad) == 1


def test_an_answer_without_rows_needs_nothing_of_its_request(payload: Make) -> None:
    one = payload("shop", "items", [])
    rows = TRADES.read([], one, kind=lambda payload: payload.param("kind"))["trades"]
    assert (rows.height, fitted(TRADES.entity, [(rows, one)])) == (0, [[], []])


@pytest.mark.parametrize(("value", "text"), [(["a", "b"], "a,b"), ([], ""), (None, ""), ("a", "a"), (["a", 5], ["a", 5]), (5, 5)], ids=str)
def test_a_list_of_texts_is_one_text(value: Any, text: Any) -> None:
    assert joined(value) == text


def test_rows_by_name_leave_out_what_names_no_market() -> None:
    rows = [{"symbol": name, "n": number} for number, name in enumerate(["A", None, "", 5, ["A"], "B"])]
    assert {name: row["n"] for name, row in by_name(rows, "symbol").items()} == {"A": 0, "B": 5}


def test_what_a_parser_looks_into_is_an_object_whatever_the_row() -> None:
    assert objects([{"a": 1}, None, 5, [2]]) == [{"a": 1}, {}, {}, {}]
    assert objects(None) == []
    with pytest.raises(TypeError, match="str where a list of rows is expected"):
        objects("rows")
    assert [joined(value) for value in (["a", "b"], [], None, ["a", 5], "a")] == ["a,b", "", "", ["a", 5], "a"]


def absent(value: Any) -> Any:
    """An empty text is no answer."""
    return None if value == "" else value


def by_row_klines(payload: Payload) -> list[tuple[Any, ...]]:
    return [("um", payload.param("symbol"), payload.param("interval"), *row[:11]) for row in payload.json]


def by_row_funding(payload: Payload) -> list[tuple[Any, ...]]:
    fields = ("symbol", "fundingTime", "fundingRate", "markPrice", "rateType")
    rows = [("um", *(row.get(field) for field in fields)) for row in payload.json]
    return [(one, absent(symbol), *figures, absent(kind)) for one, symbol, *figures, kind in rows]  # an empty text is none


def by_row_interest(payload: Payload) -> list[tuple[Any, ...]]:
    fields = ("timestamp", "sumOpenInterest", "sumOpenInterestValue")
    return [
        (
            "um",
            absent(row.get("symbol", row.get("pair"))),
            absent(row.get("contractType")),
            payload.param("period"),
            *(row.get(field) for field in fields),
        )
        for row in payload.json
    ]


WAYS = {"um_klines": by_row_klines, "um_funding_rate": by_row_funding, "um_open_interest_history": by_row_interest}
PATHS = {"um_klines": "klines", "um_funding_rate": "fundingRate", "um_open_interest_history": "openInterestHist"}
odd = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False).map(repr), st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(["007", "-", "--5", ".5", "5.", "1-2", "1e", "],[", '"', "[", ",", "-0", "1E5", "1e400", "e", "0x5"]),
    st.sampled_from(["", " ", "NaN", "1e3", "-inf", "1,5", "abc", "7", "true", " 5", "5.0"]),
    st.lists(st.integers(0, 9), max_size=2), st.dictionaries(st.text(max_size=2), st.integers(0, 9), max_size=1),
)  # fmt: skip


def kline(number: int) -> list[Any]:
    at = START + number * 3_600_000
    return [at, "1", "2.5", "0.5", "1.5", "10", at + 3_599_999, "15", 3, "4", "6", "0"]


def answers(endpoint: str, number: int, cell: int, value: Any) -> Any:
    """A row with one odd cell."""
    if endpoint == "um_klines":
        row = kline(number)
        row[cell % 12] = value
        return row
    known = {"symbol": "BTC", "fundingTime": START + number, "fundingRate": "0.1", "markPrice": "5", "rateType": "Regular"}
    if endpoint == "um_open_interest_history":
        known = {"symbol": "BTC", "timestamp": START + number, "sumOpenInterest": "1", "sumOpenInterestValue": "2"}
    return known | {list(known)[cell % len(known)]: value}


@pytest.mark.parametrize("endpoint", WAYS)
@example_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.lists(st.tuples(st.integers(0, 11), odd), max_size=4), min_size=1, max_size=3))
@example(cells=[[(1, 2**63)]])  # as a price it fits, though not as a whole number of 64 bits
@example(cells=[[(1, 2**63), (2, "x")], [(5, 2**64 - 1)]])
def test_columns_give_what_rows_give_whatever_the_values(cells: list[list[tuple[int, Any]]], endpoint: str, payload: Make) -> None:
    source = binance.Binance()
    (entity,) = (source.entity(name) for name in source.endpoint(endpoint).feeds)
    bodies = [[answers(endpoint, 10 * number + place, *cell) for place, cell in enumerate(part)] for number, part in enumerate(cells)]
    payloads = [payload("binance", endpoint, orjson.dumps(body), params=ASKED) for body in bodies]
    by_column = fitted(entity, [(source.endpoint(endpoint).parse(one)[entity.name], one) for one in payloads])
    by_row = fitted(entity, [(Columns.of_rows(entity, WAYS[endpoint](one)), one) for one in payloads])
    assert by_column == by_row
    assert sum(map(len, by_column)) == sum(len(body) for body in bodies)


def test_plain_answers_are_read_as_lines_and_no_others(payload: Make) -> None:
    rows = [kline(number) for number in range(3)]
    one = payload("binance", "um_klines", orjson.dumps(rows), params=ASKED)
    read = binance.KLINES.read_body(one, product="um")["klines"]
    assert isinstance(read, Lines)
    assert lines.frame_of(binance.KLINES.entity, [read]) is not None
    assert fitted(binance.KLINES.entity, [(read, one)]) == fitted(binance.KLINES.entity, [(by_row_klines(one), one)])
    for cell in (None, True, "abc", [1], {}, "1 ", " 1"):
        other = payload("binance", "um_klines", orjson.dumps([*rows, [*kline(3)[:5], cell, *kline(3)[6:]]]), params=ASKED)
        assert isinstance(binance.KLINES.read_body(other, product="um")["klines"], Columns)


@pytest.mark.parametrize("width", [10, 11, 13], ids=["too short", "without what is not read", "wider"])
def test_rows_of_another_width_are_read_as_json_reads_them(width: int, payload: Make) -> None:
    odd_row = [*kline(1), "1"][:width]
    one = payload("binance", "um_klines", orjson.dumps([kline(0), odd_row, kline(2)]), params=ASKED)
    buffer = Buffer(binance.KLINES.entity)
    buffer.add(binance.KLINES.read_body(one, product="um")["klines"], one)
    problems = buffer.settle()
    good, bad = buffer.fitted()
    if width < 11:
        assert (problems, good["open_time"].to_list(), len(bad)) == ([], [kline(0)[0], kline(2)[0]], 1)
    else:
        assert (problems, good["open_time"].to_list(), len(bad)) == ([], [kline(number)[0] for number in range(3)], 0)


@pytest.mark.recorded
@pytest.mark.parametrize("endpoint", WAYS)
def test_recorded_answers_give_the_same_by_column_and_by_row(endpoint: str, shared: Path, payload: Make) -> None:
    source, count = binance.Binance(), 0
    (entity,) = (source.entity(name) for name in source.endpoint(endpoint).feeds)
    for path in sorted((shared / "fixtures" / "venues" / "binance").glob("*.json*")):
        record = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
        request, body = record.get("request") or {}, record.get("response")
        if not str(request.get("url")).split("?")[0].endswith(f"/{PATHS[endpoint]}") or not isinstance(body, list) or not body:
            continue
        one = payload("binance", endpoint, orjson.dumps(body), params=ASKED)
        by_column = fitted(entity, [(source.endpoint(endpoint).parse(one)[entity.name], one)])
        assert by_column == fitted(entity, [(Columns.of_rows(entity, WAYS[endpoint](one)), one)])
        count += 1
    assert count >= 2
