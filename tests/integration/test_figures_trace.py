"""Fees, their split and their payloads on the simulated market: what does not add up is held back, the rest leads back to its source.

Belongs here: protocols' figures from answer to scorecard. Does not: venues' (test_gate_holds_back.py, test_simulated_truth.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from house import House, days_from
from tracing import walk

from ingestion.errors import SettingsError
from orchestration.holders import page, policies_of_today
from orchestration.published import published_file
from orchestration.trace import trace
from simulator import Simulator, Truth
from simulator.protocols import PROTOCOLS, QUIET

DAYS = 30
LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=DAYS - 1)
UNBALANCED = LAST - timedelta(days=4)
SOURCES = ["defillama", "gmx_buybacks", "dydx_chain", "orderly_staking", "coingecko"]


@pytest.fixture(scope="module")
def built(house: Callable[..., House]) -> Iterator[House]:
    with Simulator(Truth(start=FIRST, days=DAYS + 1), now=datetime.now(UTC)) as simulator:
        simulator.corrupt(venue="jupiter-perpetual-exchange", date=UNBALANCED, kind="fees_unbalanced")
        one = house(simulator.base_urls(), PERPS_SOURCES=",".join(SOURCES))
        one.snapshots(simulator, days_from(LAST - timedelta(days=2), 3))
        outcome = one.sync(FIRST, LAST, SOURCES)
        assert outcome.is_success
        assert outcome.exit_code == 1, "one protocol's day is held back"
        yield one


def test_a_day_whose_parts_do_not_make_the_whole_is_in_no_mart(built: House) -> None:
    """Revenue × 1.5 of one day of one protocol, and so of the parent that it is part of."""
    found = built.query("select distinct venue_or_protocol, date from gate_results where not is_passed order by 1")
    assert found == [("jupiter", UNBALANCED), ("jupiter_all", UNBALANCED)]
    reasons = built.query("select failed_expectations from gate_results where not is_passed and fact = 'fct_protocol_fees_daily'")
    assert ["fees_are_supply_side_plus_revenue" in why for (why,) in reasons] == [True, True]
    query = "select date from mart_protocol_scorecard_daily where protocol = 'jupiter' order by date"
    assert [day for (day,) in built.query(query)] == [day for day in days_from(FIRST, DAYS) if day != UNBALANCED]
    others = "select count(*) from mart_protocol_scorecard_daily where protocol = 'hyperliquid' and date = '{}'"
    assert built.query(others.format(UNBALANCED)) == [(1,)]


def test_every_figure_leads_to_a_policy_and_a_payload(built: House) -> None:
    walked = walk(built)
    rows = built.query("select count(*), count(holders_reported_usd), count(holders_accrued_usd) from mart_protocol_scorecard_daily"
                       " where status = 'ok'")[0]  # fmt: skip
    assert (walked["fees_usd"], walked["holders_reported_usd"]) == rows[:2]
    assert walked["typed"] + walked["measured"] + walked["parts"] + walked["without"] == rows[0]
    assert walked["parts"] == DAYS, "every day of GMX is accounted for by V2 and Solana"
    assert walked["measured"] >= 7 + 3, "a week of GMX at least, and dYdX since it was asked"
    assert walked["accrued"] >= rows[2] > 0


def test_a_figure_is_traced_down_to_the_body_it_came_in(built: House) -> None:
    """From the scorecard by its facts to raw and landing; the body is the one that raw names, and has its hash."""
    found = list(trace(built.enter(), "mart_protocol_scorecard_daily", ["gmx", f"{FIRST + timedelta(days=3)}"]))
    assert (found[0].table, found[0].count) == ("mart_protocol_scorecard_daily", 1)
    fees = next(one for one in found if one.table == "fct_protocol_fees_daily")
    assert fees.rows[0]["fees_usd"] == found[0].rows[0]["fees_usd"]
    (raw,) = [one for one in found if one.table == "defillama/dimension_series"]
    assert raw.depth > 1
    bodies = found[found.index(raw) + 1]
    assert bodies.kind == "landing"
    assert raw.rows[0]["_payload_sha256"] == bodies.rows[0]["sha256"]
    assert all(row["hash_holds"] and "/overview/" in row["url"] for row in bodies.rows)


def test_what_is_not_there_cannot_be_traced(built: House) -> None:
    for table, key, why in (
        ("mart_of_nothing", ["gmx"], "no published fact or mart"),
        ("fct_protocol_fees_daily", ["nobody"], "knows no 'nobody'"),
        ("fct_protocol_fees_daily", ["gmx", "1999-01-01"], "has no row of gmx 1999-01-01"),
    ):
        with pytest.raises(SettingsError, match=why):
            list(trace(built.enter(), table, key))


def test_no_share_leaves_its_bounds_without_a_row_in_the_gap_report(built: House) -> None:
    shares = "select protocol, date from mart_protocol_scorecard_daily where not coalesce({} between 0 and 1, true)"
    outside = {row for name in ("holders_accrued_share", "holders_reported_share") for row in built.query(shares.format(name))}
    suspect = "select protocol, date from mart_protocol_scorecard_daily where policy_status = 'policy_suspect'"
    assert outside | set(built.query(suspect)) == set(built.query("select protocol, date from mart_holders_gaps_daily"))


def test_what_is_not_reported_says_so_and_is_no_zero(built: House) -> None:
    """Aevo has no fees adapter, and its schedule is over; of GMX none is known, and nobody reports incentives."""
    columns = "status, token_incentives_status, token_incentives_usd, fees_usd, net_real_yield"
    query = f"select distinct {columns} from mart_protocol_scorecard_daily where protocol = 'aevo'"
    assert built.query(query) == [("not_reported", "scheduled", 0, None, None)]
    query = "select distinct token_incentives_status, token_incentives_usd, net_real_yield from mart_protocol_scorecard_daily"
    assert built.query(f"{query} where protocol = 'gmx'") == [("not_scheduled", None, None)]
    metrics = (
        "select metric, count(*), count(value_usd) from fct_protocol_metrics_daily where protocol = 'aevo' and status = 'not_reported'"
    )
    names = ("fees", "holders_revenue", "protocol_revenue", "revenue", "supply_side_revenue", "token_incentives")
    assert built.query(f"{metrics} group by metric order by metric") == [(name, DAYS, 0) for name in names]


def test_fifteen_tokens_have_a_yield_after_incentives(built: House) -> None:
    scorecard = "mart_protocol_scorecard_daily inner join dim_protocols using (protocol)"
    ((tokens,),) = built.query(f"select count(distinct token) from {scorecard} where net_real_yield is not null")
    assert tokens >= 15


def test_the_page_on_who_is_paid_has_the_published_sums(built: House) -> None:
    """Jupiter's policy of today, of the seed, beside the sums of its days; a line for every protocol of perpetuals."""
    settings = built.enter()
    lines = page(published_file(settings), settings.warehouse).splitlines()
    ((accrued, reported),) = built.query(
        "select sum(holders_accrued_usd), sum(holders_reported_usd) from fct_tokenholder_fee_share_daily"
        " where protocol = 'jupiter' and date > (select max(date) from fct_tokenholder_fee_share_daily) - 90"
    )
    (line,) = [line for line in lines if line.startswith("| jupiter (part of jupiter_all) |")]
    assert line.split(" | ")[1:3] == ["lp 0.75, treasury 0.125, buyback_hold 0.125", "fees"]
    assert line.split(" | ")[4:6] == [str(round(accrued)), str(round(reported))]
    protocols = {name for (name,) in built.query("select protocol from dim_protocols where category = 'perp'")}
    assert {line.split(" ")[1] for line in lines if line.startswith("| ")} - {"protocol", "---"} == protocols
    told = " ".join(lines)
    leaves = [one for one in PROTOCOLS if one.category == "Derivatives" and not one.defillama_id.startswith("parent#")]
    assert f"lists {len(leaves) + len(QUIET)} protocols of its category Derivatives here" in told
    assert f"Of these {len(leaves) + 2} have figures" in told  # drift and jupiter too, by their parts
    (vela,) = [line for line in lines if line.startswith("| vela_exchange |")]
    assert vela.split(" | ")[1] == "none"


def test_a_policy_of_today_counts_from_its_first_day_on() -> None:
    before, after = policies_of_today("2025-02-16")["jupiter"], policies_of_today("2025-02-17")["jupiter"]
    assert {row["recipient"]: row["share"] for row in before} == {"lp": "0.75", "treasury": "0.25"}
    assert {row["recipient"]: row["share"] for row in after} == {"lp": "0.75", "treasury": "0.125", "buyback_hold": "0.125"}
