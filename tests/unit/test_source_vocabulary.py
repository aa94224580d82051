"""The words adapters are written in: entities, windows, paths, and payloads that say what they lack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.errors import BadAnswer, Unroutable
from ingestion.run.window import Window
from ingestion.store.entity import Entity, day, unix
from ingestion.venue.registry import all_sources
from ingestion.wire.api import Endpoint
from ingestion.wire.payload import Payload

days = st.dates(date(2017, 1, 1), date(2030, 1, 1))


def test_an_entity_is_written_as_a_line_of_fields() -> None:
    found = Entity.of("prices", "*name *on:day at:instant? price:float count:int? is_open:bool", event=day("on"), look_back_days=2)
    types = (pl.String(), pl.Date(), pl.Datetime("us", "UTC"), pl.Float64(), pl.Int64(), pl.Boolean())
    assert dict(found.columns) == dict(zip(("name", "on", "at", "price", "count", "is_open"), types, strict=True))
    assert (found.key, found.optional, found.look_back_days, found.is_snapshot) == (("name", "on"), {"at", "count"}, 2, False)


@pytest.mark.parametrize("fields", ["*name price:flaot", "*name price float:", "**name", "na-me"])
def test_a_field_that_cannot_be_read_is_an_error(fields: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Entity.of("prices", fields, event=unix("time", "ms"))


@pytest.mark.parametrize(
    ("event", "value"), [(partial(unix, unit="ms"), 1_789_200_000_003), (partial(unix, unit="s"), 1_789_200_000), (day, date(2026, 9, 12))]
)
def test_events_are_utc_instants(event: Callable[[str], pl.Expr], value: object) -> None:
    found = pl.DataFrame({"x": [value]}).select(event("x")).item()
    assert found.replace(microsecond=0, hour=8, minute=0) == datetime(2026, 9, 12, 8, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_a_window_holds_both_its_ends() -> None:
    window = Window(date(2026, 2, 28), date(2026, 3, 1))
    assert (window.start, window.end) == (datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    assert (window.start_ms, window.end_ms) == (1_772_236_800_000, 1_772_409_600_000)
    assert window.days() == [date(2026, 2, 28), date(2026, 3, 1)]


@example_settings(deadline=None)
@given(first=days, length=st.integers(0, 90), hours=st.integers(1, 1000))
def test_pages_cover_the_window_exactly(first: date, length: int, hours: int) -> None:
    window = Window(first, first + timedelta(days=length))
    pages = window.pages(timedelta(hours=hours))
    assert pages[0][0] == window.start_ms
    assert pages[-1][1] == window.end_ms
    assert all(end == start for (_, end), (start, _) in pairwise(pages))
    assert all(0 < end - start <= hours * 3_600_000 for start, end in pages)
    assert len(pages) == -(-(length + 1) * 24 // hours)


signs = st.characters(blacklist_categories=("Cs",), blacklist_characters="/")
text = st.text(signs, min_size=1, max_size=20).filter(lambda found: found not in (".", ".."))


@example_settings(deadline=None)
@given(kind=text, slug=text)
def test_a_path_gives_its_parts_back(kind: str, slug: str) -> None:
    endpoint = Endpoint("e", "h", "/summary/{kind}/{slug}.zip", (), lambda payload: {})
    assert endpoint.route(endpoint.fill(kind=kind, slug=slug)) == {"kind": kind, "slug": slug}


@pytest.mark.parametrize("path", ["/summary/fees", "/summary/fees/gmx/x", "/summary//gmx", "/x/summary/fees/gmx", "/summary/fees/gmx?x=1/"])
def test_a_path_of_another_shape_is_not_its_own(path: str) -> None:
    assert Endpoint("e", "h", "/summary/{kind}/{slug}", (), lambda payload: {}).route(path) is None


def test_a_dot_in_a_path_is_a_dot() -> None:
    assert Endpoint("e", "h", "/a.zip", (), lambda payload: {}).route("/aXzip") is None


def test_no_two_endpoints_of_a_source_share_a_name_and_all_feed_known_entities() -> None:
    for source in all_sources().values():
        names = [endpoint.name for endpoint in source.endpoints]
        assert len(names) == len(set(names))
        known = {entity.name for entity in source.entities}
        assert {name for endpoint in source.endpoints for name in endpoint.feeds} == known
        assert {endpoint.host for endpoint in source.endpoints} <= set(source.hosts)
        assert set(source.limits) <= set(source.hosts)


def test_keys_and_optional_fields_are_columns() -> None:
    for source in all_sources().values():
        for entity in source.entities:
            assert {*entity.key, *entity.optional, *entity.event.meta.root_names()} <= set(entity.columns), (source.name, entity.name)


def test_a_body_that_is_not_json_says_how_it_begins(payload: Callable[..., Payload]) -> None:
    with pytest.raises(BadAnswer, match=r"binance um_klines: not JSON .* it begins '<html>"):
        _ = payload("binance", "um_klines", b"<html><head>").json


@pytest.mark.parametrize("value", [None, "", "?"])
def test_a_parameter_the_recorder_did_not_keep_is_named(value: str | None, payload: Callable[..., Payload]) -> None:
    with pytest.raises(Unroutable, match="the request has no 'symbol'"):
        payload("binance", "um_klines", [], params={"symbol": value}).param("symbol")


def test_a_parameter_is_found_in_the_query_or_the_path(payload: Callable[..., Payload]) -> None:
    one = payload("binance", "um_klines", [], params={"limit": 5}, match={"symbol": "BTC"})
    assert (one.param("limit"), one.param("symbol")) == ("5", "BTC")
