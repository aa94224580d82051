"""DefiLlama's overviews: which names are kept, which days; read item by item as if decoded whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.venue import overview
from ingestion.venue.charts import by_item, day_of, dense
from ingestion.wire.payload import Payload

AT = datetime(2026, 3, 9, 10, tzinfo=UTC)
DAY = 86_400
MAR_6, MAR_7, MAR_8, MAR_9 = (1772755200 + DAY * number for number in range(4))


def listed(name: str, slug: str, category: str | None = "Derivatives", **more: Any) -> dict[str, Any]:
    return {"name": name, "displayName": name, "slug": slug, "category": category, "protocolType": "protocol"} | more


def rows(days: list[Any], protocols: list[Any], ours: tuple[str, ...] = (), kind: str = "fees", body: bytes = b"") -> list[tuple[Any, ...]]:
    told = body or orjson.dumps({"totalDataChart": [], overview.BREAKDOWN: days, "protocols": protocols})
    payload = Payload(
        "defillama", "overview", "GET", "/overview", {}, None, 200, "", told, AT, "", "", match={"adapter_type": kind}
    )  # fmt: skip
    found = overview.rows(payload, ours)
    if isinstance(found, pl.DataFrame):
        return found.rows()
    return list(zip(*found.values.values(), strict=True)) if found.height else []


def test_perpetuals_their_families_and_what_is_ours_are_kept() -> None:
    """A lender is not, nor a chain, whatever its name: its fees are not those of the protocol that is called so."""
    protocols = [
        listed("GMX V2 Perps", "gmx-v2-perps", parentProtocol="parent#gmx"),
        listed("GMX Swaps", "gmx-swaps", "Dexs", parentProtocol="parent#gmx"),
        listed("WOOFi Swap", "woofi-swap", "Dexs", parentProtocol="parent#woofi"),
        listed("Contango V2", "contango", "CDP"),
        listed("Lender", "lender", "Lending"),
        listed("Injective", "injective", "Chain", protocolType="chain"),
    ]
    names = [str(one["name"]) for one in protocols]
    found = rows([[MAR_6, dict.fromkeys(names, 1)]], protocols, ours=("woofi", "contango", "injective"))
    assert [slug for slug, _, _ in found] == ["gmx-v2-perps", "gmx-swaps", "woofi-swap", "contango"]


def test_a_name_off_the_list_is_kept_where_its_slug_is_ours() -> None:
    """The list is of today, the days are of all years. What only perpetuals have is kept whatever its name."""
    days = [[MAR_6, {"dYdX V3": 1, "Trader Joe's": 2, "Else": 3}]]
    body = b'{"totalDataChartBreakdown":[[%d,{"dYdX V3":1,"Trader Joe\'s":2,"Else":3}]],"protocols":[]}' % MAR_6
    assert rows(days, [], ours=("dydx-v3", "trader-joes"), body=body) == [("dydx-v3", MAR_6, 1), ("trader-joes", MAR_6, 2)]
    assert [slug for slug, _, _ in rows(days, [], kind="derivatives", body=body)] == ["dydx-v3", "trader-joes", "else"]


def test_a_name_counts_before_what_is_displayed() -> None:
    """Recorded on 2025-05-12: the days say KyberSwap Classic, which is displayed as KyberSwap - Classic."""
    protocols = [listed("A", "first", displayName="B"), listed("B", "second", displayName="C")]
    found = rows([[MAR_6, {"A": 1, "B": 2, "C": 3}]], protocols)
    assert found == [("first", MAR_6, 1), ("second", MAR_6, 3)]


def test_the_day_that_runs_is_no_row() -> None:
    """It carries yesterday's value of what is not updated yet (DefiLlama's server)."""
    days = [[MAR_6, {"A": 5, "B": 1}], [MAR_8, {"A": 7}], [MAR_9, {"A": 7, "B": 1}]]
    found = rows(days, [listed("A", "a"), listed("B", "b")])
    assert found == [("a", MAR_6, 5), ("a", MAR_7, None), ("a", MAR_8, 7), ("b", MAR_6, 1)]


def test_a_stamp_in_milliseconds_is_a_row_to_set_aside_and_fills_nothing() -> None:
    days = [[MAR_6, {"A": 5, "Lender": 1}], [MAR_7 * 1000, {"A": 6, "Lender": 1}], [MAR_8, {"A": 7}]]
    found = rows(days, [listed("A", "a"), listed("Lender", "lender", "Lending")])
    assert found == [("a", MAR_7 * 1000, 6), ("a", MAR_6, 5), ("a", MAR_7, None), ("a", MAR_8, 7)]


def test_a_lite_answer_is_a_row_for_yesterday() -> None:
    protocols = [listed("A", "a", total24h=5), listed("B", "b", total24h=None), listed("Lender", "lender", "Lending", total24h=1)]
    assert rows([], [*protocols, listed("C", "c", total24h=0)]) == [("a", MAR_8, 5), ("c", MAR_8, 0)]


NAMES = st.text(st.sampled_from('aB1 [],{}:"\\é'), min_size=1, max_size=6)
ITEM = st.tuples(st.integers(1_700_000_000, 1_770_000_000), st.dictionaries(NAMES, st.floats(-1e9, 1e9), max_size=4))
ODD = st.sampled_from([None, 5, [], [MAR_6], [MAR_6, 5], {"a": 1}, "]]"])


@example_settings(deadline=None)
@given(st.lists(ITEM | ODD, max_size=5), st.sampled_from([None, (",", ":"), (", ", ": ")]), st.booleans())
def test_item_by_item_is_as_decoded_whole(days: list[Any], separators: tuple[str, str] | None, is_first: bool) -> None:
    """However it is written; where it cannot be cut it says so."""
    body = {"total": 1, "days": days, "rest": [{"chart": [[1, {"a": 2}]]}]} if is_first else {"rest": [[1]], "days": days}
    text = json.dumps(body, separators=separators, indent=None if separators else 1).encode()
    try:
        told, items = by_item(text, "days")
        found = list(items)
    except ValueError:
        return
    assert (told | {"days": found}) == json.loads(text)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_a_body_as_it_comes_is_cut(separators: tuple[str, str]) -> None:
    """So that the property above is about something."""
    days = [[MAR_6 + DAY * number, {f"Name {n}": n / 4 for n in range(5)}] for number in range(7)]
    text = json.dumps({"totalDataChart": [], "days": days, "protocols": [{"breakdown24h": {"a": {"b": 1}}}]}, separators=separators)
    told, items = by_item(text.encode(), "days")
    assert (list(items), told["days"], told["protocols"]) == (days, [], [{"breakdown24h": {"a": {"b": 1}}}])


def test_a_chart_is_dense_between_its_ends() -> None:
    assert dense([(MAR_8, 3), (MAR_6 + 5, 1), ("soon", 9), (MAR_8, 4)], AT) == [(MAR_6, 1), (MAR_7, None), (MAR_8, 4), ("soon", 9)]
    assert [day_of(stamp, AT) for stamp in (MAR_6 + 5, -1, MAR_6 * 1000, None, 2**70)] == [MAR_6, None, None, None, None]
