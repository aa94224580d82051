"""Recorded fee series in the order they were captured: what holders are due over years, what was restated, what is only a preview.

Belongs here: figures that the recorded series and the seed of policies decide. Does not: policies on days made by hand
(test_fee_allocations.py), other sources (test_recorded_answers.py).
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from house import House
from test_recorded_answers import SERIES, wrap
from tracing import walk

from ingestion.run.replay import replay
from ingestion.venue.registry import all_sources

pytestmark = pytest.mark.recorded
VINTAGES = ("vintages/hyperliquid_fees_20250505", "vintages/hyperliquid_fees_20250512")
CENT, CHANGES = Decimal("0.01"), "select key, metric, old_value, new_value, known_at, first_known_at from fct_restatements order by key"
HYPERLIQUID = "select date, fees_usd from fct_protocol_fees_daily where protocol = 'hyperliquid' and date >= '2025-05-04'"
NEWEST = "select max(date) from {} where protocol = 'hyperliquid' and fees_usd is not null"


@pytest.fixture(scope="module")
def captures(house: Callable[..., House], shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, list[dict[str, Any]]]:
    """A house that was built after each capture, and what it said each time."""
    one, seen = house({}), []
    steps = [[VINTAGES[0]], [VINTAGES[1]], [name for name in SERIES if name not in VINTAGES]]
    for names in steps:
        settings = one.enter()
        replay(settings, wrap_into(shared, tmp_path_factory, names), all_sources().values())
        outcome = one.build()
        assert outcome.is_success, outcome.problems
        seen.append({
            "fact": one.query(NEWEST.format("fct_protocol_fees_daily")), "mart": one.query(NEWEST.format("mart_protocol_scorecard_daily")),
            "changes": one.query(CHANGES), "days": dict(one.query(HYPERLIQUID)),
        })  # fmt: skip
    return one, seen


def wrap_into(shared: Path, factory: pytest.TempPathFactory, names: list[str]) -> Path:
    folder = factory.mktemp("captures")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    return wrap(shared, folder, names)


def series(shared: Path, name: str) -> dict[date, Decimal]:
    body = json.loads(gzip.decompress((shared / "data/defillama_raw" / f"{name}.json.gz").read_bytes()))
    return {datetime.fromtimestamp(int(day), UTC).date(): Decimal(value) for day, value in body["totalDataChart"]}


def policy(repository: Path, policy_id: str) -> dict[str, str]:
    with (repository / "dbt_project/seeds/fee_share_policies.csv").open(newline="") as handle:
        return next(row for row in csv.DictReader(handle) if row["policy_id"] == policy_id and row["recipient"] == "buyback_hold")


def test_the_unfinished_day_of_a_capture_is_in_no_table(captures: tuple[House, list[dict[str, Any]]]) -> None:
    """2025-05-05 was read at noon of that day, 05-12 at 13:44: each is a figure once a later capture has read it closed."""
    days = [date(2025, 5, 4), date(2025, 5, 11), date(2025, 5, 23)]
    assert [seen["fact"] for seen in captures[1]] == [[(day,)] for day in days]
    assert [seen["mart"] for seen in captures[1]] == [[(day,)] for day in days]


def test_the_newest_value_counts(captures: tuple[House, list[dict[str, Any]]]) -> None:
    """1,011,288 became 1,464,695, and 2,289,695 became 3,408,787: previews of a running day."""
    first, second, third = (seen["days"] for seen in captures[1])
    assert date(2025, 5, 5) not in first
    assert second[date(2025, 5, 5)] == third[date(2025, 5, 5)] == 1464695
    assert date(2025, 5, 12) not in second
    assert third[date(2025, 5, 12)] == 3408787


def test_a_change_of_a_closed_day_is_a_restatement_and_a_preview_is_none(captures: tuple[House, list[dict[str, Any]]]) -> None:
    """Of 133 days, the week between the captures changed the running one alone; then 2025-01-16 was taken back."""
    first, second, third = (seen["changes"] for seen in captures[1])
    assert first == second == []
    known = (datetime(2025, 5, 24, tzinfo=UTC), datetime(2025, 5, 5, 12, tzinfo=UTC))
    assert third == [("hyperliquid:2025-01-16", "fees", 1691541, None, *known)]


def test_hyperliquid_of_four_months_is_policy_times_basis(
    captures: tuple[House, list[dict[str, Any]]], shared: Path, repository: Path
) -> None:
    """Share of the basis and the basis from the seed and the recorded series, each day to the cent, and the rivals beside it."""
    rule = policy(repository, "hyperliquid:chosen:2023-06-12")
    share, of_revenue = Decimal(rule["share"]), Decimal(rule["basis_revenue_share"])
    fees, revenue = series(shared, "hyperliquid_Fees"), series(shared, "hyperliquid_Revenue")
    due = {
        day: share * min(fees[day], revenue[day] / of_revenue) for day in fees if date(2025, 1, 1) <= day < date(2025, 5, 1)
    }  # fmt: skip
    found = captures[0].query(
        "select date, holders_accrued_usd, holders_accrued_share_low * fees_usd, holders_accrued_share_high * fees_usd"
        " from mart_protocol_scorecard_daily"
        " where protocol = 'hyperliquid' and date between '2025-01-01' and '2025-04-30' and status = 'ok'"
    )
    cents = {day: cent(amount) for day, amount, _, _ in found}
    assert cents == {day: cent(amount) for day, amount in due.items()}
    assert (len(cents), cent(sum(Decimal(amount) for _, amount, _, _ in found))) == (118, Decimal("172689098.35"))
    # rivals: 54% all the time, and 76.5% with 23.5% unknown in January, so that January may have been all of it
    lowest = Decimal(policy(repository, "hyperliquid:artemis_46_54:2023-06-12")["share"])
    for day, amount, low, high in found:
        assert cent(low) == cent(due[day] / share * lowest)
        assert cent(high) == cent(due[day] / share if day < date(2025, 2, 1) else due[day])
        assert low <= amount <= high


def cent(amount: float | Decimal) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def test_gmx_is_what_its_versions_give_each_by_its_own_split(captures: tuple[House, list[dict[str, Any]]], shared: Path) -> None:
    """30% of v1 and 27% of v2 to holders, nothing of GMX-Solana, told as v2 on solana; buybacks in place of ETH from 2024-10-30."""
    body = json.loads(gzip.decompress((shared / "data/defillama_raw/gmx_Fees.json.gz").read_bytes()))
    due: dict[date, Decimal] = {}
    for stamp, chains in body["totalDataChartBreakdown"]:
        v1 = sum(names.get("GMX V1", 0) for names in chains.values())
        v2 = sum(names.get("GMX V2 Perps", 0) for chain, names in chains.items() if chain != "solana")
        due[datetime.fromtimestamp(int(stamp), UTC).date()] = v1 * Decimal("0.3") + v2 * Decimal("0.27")
    query = (
        "select date, recipient, accrued_by, round(amount_usd, 2) from fct_fee_allocations_daily where protocol = 'gmx' and is_holders"
        " and date in ('2023-12-31', '2024-01-01', '2024-10-29', '2024-10-30') order by date"
    )
    changes = {
        date(2023, 12, 31): "stakers",
        date(2024, 1, 1): "stakers",
        date(2024, 10, 29): "stakers",
        date(2024, 10, 30): "buyback_distribute",
    }
    assert captures[0].query(query) == [(day, recipient, "parts", cent(due[day])) for day, recipient in changes.items()]
    total = (
        "select count(*), sum(holders_accrued_usd), count(distinct accrued_by), max(accrued_by)"
        " from facts_all.fct_tokenholder_fee_share_daily where protocol = 'gmx' and status = 'ok'"
    )
    ((days, found, ways, way),) = captures[0].query(total)
    assert (days, cent(found), ways, way) == (len(due), cent(sum(due.values())), 1, "parts")
    open_to_question = "select count(*) from facts_all.fct_fee_allocations_daily where protocol = 'gmx' and recipient = 'unallocated'"
    assert captures[0].query(open_to_question) == [(0,)]


def test_no_figure_counts_twice_where_parts_are_left_out(captures: tuple[House, list[dict[str, Any]]], shared: Path) -> None:
    """On 2025-05-20 GMX, Hyperliquid and all of Jupiter; their parts stand beside them and are marked."""
    day = date(2025, 5, 20)
    expected = sum(series(shared, name)[day] for name in ("gmx_Fees", "hyperliquid_Fees", "jupiter_Fees"))
    query = "select sum(fees_usd) from {} where date = '2025-05-20' and not is_part"
    for table in ("mart_protocol_scorecard_daily", "fct_tokenholder_fee_share_daily", "fct_protocol_fees_daily"):
        assert captures[0].query(query.format(table)) == [(float(expected),)], table
    assert captures[0].query("select sum(amount_usd) from fct_fee_allocations_daily where date = '2025-05-20' and not is_part") == [
        (expected,)
    ]
    parts = "select protocol from mart_protocol_scorecard_daily where date = '2025-05-20' and is_part and fees_usd > 0 order by protocol"
    assert captures[0].query(parts) == [("gmx_solana",), ("gmx_v1",), ("gmx_v2",), ("jupiter",)]
    valued = "select count(*) from mart_protocol_scorecard_daily where is_part and (market_cap_usd is not null or holder_yield is not null)"
    assert captures[0].query(valued) == [(0,)]


def test_jupiter_buys_from_its_first_day_on(captures: tuple[House, list[dict[str, Any]]], shared: Path) -> None:
    """The recorded series are of all products: half of reported revenue from 2025-02-17, the rest of the fees is the pool's."""
    fees, revenue = series(shared, "jupiter_Fees"), series(shared, "jupiter_Revenue")
    query = "select recipient, amount_usd from fct_fee_allocations_daily where protocol = 'jupiter_all' and date = '{}'"
    before, after = date(2025, 2, 16), date(2025, 2, 17)
    assert dict(captures[0].query(query.format(before))) == {"lp": fees[before] - revenue[before], "treasury": revenue[before]}
    half = revenue[after] / 2
    assert dict(captures[0].query(query.format(after))) == {"lp": fees[after] - revenue[after], "treasury": half, "buyback_hold": half}
    total = (
        "select sum(holders_accrued_usd), count(*) from fct_tokenholder_fee_share_daily where protocol = 'jupiter_all' and status = 'ok'"
    )
    ((found, days),) = captures[0].query(total)
    assert (cent(found), days) == (cent(sum(amount / 2 for day, amount in revenue.items() if day >= after)), len(fees))


def test_every_day_adds_up_and_no_share_leaves_its_bounds(captures: tuple[House, list[dict[str, Any]]]) -> None:
    one = captures[0]
    off = (
        "select count(*) from (select protocol, date, sum(amount_usd) as amount from fct_fee_allocations_daily group by all) as parts"
        " full join (select * from fct_protocol_fees_daily where status = 'ok') as fees using (protocol, date)"
        " where coalesce(amount <> cast(fees_usd as decimal(38, 6)), true)"
    )
    assert one.query(off) == [(0,)]
    outside = "select count(*) from fct_tokenholder_fee_share_daily where not coalesce(holders_accrued_share, 0) between 0 and 1"
    assert one.query(outside) == [(0,)]
    assert one.query("select count(*) from mart_holders_gaps_daily") == [(0,)], "nobody recorded what holders were seen to get"


def test_every_figure_leads_to_a_policy_and_a_payload(captures: tuple[House, list[dict[str, Any]]]) -> None:
    query = "select count(*), count(holders_accrued_usd) from mart_protocol_scorecard_daily where status = 'ok'"
    ((days, accrued),) = captures[0].query(query)
    walked = walk(captures[0])
    assert (walked["fees_usd"], walked["typed"] + walked["parts"], walked["accrued"]) == (days, days, accrued)
    assert days > 2000


def test_what_nobody_reports_is_said(captures: tuple[House, list[dict[str, Any]]]) -> None:
    """No fees of Aevo in any answer, of GMX not on 2023-07-07; a day the gate held back is in no mart."""
    query = "select status, fees_usd, holders_accrued_usd from mart_protocol_scorecard_daily where protocol = '{}' and date = '{}'"
    assert captures[0].query(query.format("aevo", "2025-04-01")) == [("not_reported", None, None)]
    assert captures[0].query(query.format("hyperliquid", "2025-01-16")) == [("missing", None, None)]
    assert captures[0].query(query.format("gmx", "2025-04-07")) == []
