"""The policies of the seed on days made by hand, through the models as they are: the known errors of others, and what a day must give.

Belongs here: figures anyone can work out from a line of fees and the seed. Does not: recorded series (test_recorded_fee_shares.py), or
what single models do with inline rows (the dbt unit tests).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from house import House

from expectations.gate import judge
from ingestion.settings import Settings
from orchestration.records import Checked
from orchestration.steps.facts import build_facts
from orchestration.steps.marts import build_marts

NOW = datetime(2026, 4, 2, tzinfo=UTC)
ALLOCATING = ["fct_fee_bases_daily", "fct_fee_allocations_by_policy_daily", "fct_fee_allocations_daily", "fct_tokenholder_fee_share_daily"]
# Of ApeX, half of whose fees buy tokens: 100 a day, 45 of them seen. Of Gains, with 54% of a part of the fees: 4.86 seen.
MONTH = [f"2026-01-{day:02}" for day in range(1, 31)]
FEES = [  # protocol, day, fees, revenue, holders' revenue as reported
    ("gmx_v1", "2023-06-01", 100, 30, 30), ("gmx_v1", "2024-10-29", 100, 30, None), ("gmx_v1", "2024-10-30", 100, 30, None),
    ("jupiter", "2025-02-16", 100, 25, 0), ("jupiter", "2025-02-17", 100, 25, 12.5), ("level_finance", "2023-06-01", 100, None, None),
    ("lighter", "2026-01-04", 100, 90, None), ("lighter", "2026-01-05", 100, 90, 94.14), ("lighter", "2026-01-06", 100, None, None),
    ("hyperliquid", "2025-06-01", 100, 97, 97), ("hyperliquid", "2025-06-02", 100, 97, 97), ("hyperliquid", "2025-08-29", 100, 97, None),
    ("hyperliquid", "2025-08-30", 100, 97, None), ("hyperliquid", "2025-08-31", 100, 99, None), ("dydx", "2022-06-01", 100, 100, None),
    ("dydx", "2025-03-16", 100, 100, 100), ("dydx", "2025-03-17", 100, 100, 100), ("dydx", "2025-03-23", 100, 100, 100),
    ("dydx", "2025-03-24", 100, 100, 100),
    ("gmx", "2026-02-23", 100, 37, 27), ("gmx", "2026-02-24", 100, 37, 27), ("gmx", "2026-02-25", 100, 37, 27),
    ("gmx", "2026-02-26", 100, 37, 27), ("aevo", "2026-02-10", 100000, None, None), ("aevo", "2026-03-10", 100000, None, None),
    ("hyperliquid", "2025-12-23", 100, 89.1, None), ("hyperliquid", "2025-12-24", 100, 89.1, None),
    ("woofi", "2026-01-01", 100, 75, 60), ("orderly", "2026-01-01", 100, None, None),
    ("drift", "2025-06-01", -50, -30, None), ("drift", "2025-06-02", 100, 150, None), ("drift", "2025-06-03", 100, -20, None),
    *(("apex", day, 100, 50, 45) for day in MONTH), *(("gains_network", day, 100, 10, 4.86) for day in MONTH),
]  # fmt: skip
PRICES = [
    ("HYPE", "2025-06-01", 10), ("HYPE", "2025-06-02", 50), ("GMX", "2026-02-23", 20), ("GMX", "2026-02-24", 20), ("GMX", "2026-02-25", 90),
    ("AEVO", "2026-02-10", 0.05), ("AEVO", "2026-03-10", 0.05),
]  # fmt: skip
# Aevo trades 20 M a day: 560 M in the whole of February; one day of March is not reported, so its month is not known.
METRICS = """
insert into facts.fct_protocol_metrics_daily by name
select 'aevo' as protocol, 'volume' as metric, day as date, 'defillama' as source, 2e7 as value_usd, 'ok' as status,
    strftime(day, '%Y-%m') as month
from (select unnest(generate_series(date '2026-02-01', date '2026-03-31', interval 1 day))::date as day) where day <> '2026-03-05'
union all
select 'apex' as protocol, 'token_incentives' as metric, date, 'defillama' as source, 5 as value_usd, status, month
from facts.fct_protocol_fees_daily where protocol = 'apex';
insert into facts.fct_token_prices_daily by name
select 'APEX' as token, date, 1 as price_usd, 365000 as market_cap_usd, 730000 as fdv_usd, month
from facts.fct_protocol_fees_daily where protocol = 'apex'
"""
INSERT = {
    "fct_protocol_fees_daily": "$1 as protocol, $2::date as date, $3 as fees_usd, $4 as revenue_usd, $5 as holders_revenue_usd,"
    " 'ok' as status",
    "fct_token_prices_daily": "$1 as token, $2::date as date, $3 as price_usd",
}


def fill(settings: Settings) -> None:
    """Facts as if a source had reported these days; every connection is closed again."""
    with closing(duckdb.connect(str(settings.warehouse))) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for (fact, columns), values in zip(INSERT.items(), (FEES, PRICES), strict=True):
            connection.executemany(f"insert into facts.{fact} by name select {columns}, left($2, 7) as month", values)
        connection.execute(METRICS)


@pytest.fixture(scope="module")
def warehouse(house: Callable[..., House]) -> Settings:
    settings = house({}).enter()
    assert [*build_facts(settings), *build_marts(settings)]
    fill(settings)
    refilled = list(build_facts(settings, {("facts", name) for name in ALLOCATING}))
    assert {record.asset[-1] for record in refilled} >= set(ALLOCATING)
    assert all(record.passed for record in refilled if isinstance(record, Checked))
    return settings


def split(settings: Settings, protocol: str, day: str) -> dict[str, float]:
    """Who gets what of a day; the amounts sum to 100 or to what was filled in."""
    return {str(name): float(amount) for name, amount in rows(
        settings, f"select recipient, amount_usd from facts.fct_fee_allocations_daily where protocol = '{protocol}' and date = '{day}'"
    )}  # fmt: skip


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(str(settings.warehouse), read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def holders(settings: Settings, protocol: str, day: str, *columns: str) -> tuple[object, ...]:
    query = f"select {', '.join(columns)} from facts.fct_tokenholder_fee_share_daily where protocol = '{protocol}' and date = '{day}'"
    (found,) = rows(settings, query)
    return found


def test_gmx_v1_is_70_and_30_not_21_and_9(warehouse: Settings) -> None:
    """DefiLlama multiplied shares of fees by the share of revenue again: 70% of fees reached nobody."""
    assert split(warehouse, "gmx_v1", "2023-06-01") == {"lp": 70, "stakers": 30}
    assert split(warehouse, "gmx_v1", "2024-10-29") == {"lp": 70, "stakers": 30}
    assert split(warehouse, "gmx_v1", "2024-10-30") == {"lp": 70, "buyback_distribute": 30}


def test_jupiter_gives_away_a_hundred_percent_and_no_more(warehouse: Settings) -> None:
    """Artemis has all revenue in the treasury and half of it in the buyback as well: 112.5%."""
    assert split(warehouse, "jupiter", "2025-02-16") == {"lp": 75, "treasury": 25}
    assert split(warehouse, "jupiter", "2025-02-17") == {"lp": 75, "treasury": 12.5, "buyback_hold": 12.5}


def test_levels_missing_five_percent_are_shown(warehouse: Settings) -> None:
    """45 + 20 + 30 are 95, and the 30 went to a key that does not exist."""
    assert split(warehouse, "level_finance", "2023-06-01") == {"lp": 45, "stakers": 20, "treasury": 30, "unallocated": 5}


def test_lighters_revenue_is_counted_once(warehouse: Settings) -> None:
    """DefiLlama counts revenue for the protocol and the buybacks for holders: 204.6% of revenue."""
    assert split(warehouse, "lighter", "2026-01-04") == {"lp": 10, "treasury": 90}
    assert split(warehouse, "lighter", "2026-01-05") == {"lp": 10, "buyback_hold": 90}
    # the refuted account, 104.6% of revenue, does not widen the band: all of revenue is the most
    assert holders(warehouse, "lighter", "2026-01-05", "holders_accrued_share_high") == (0.9,)


def test_lighter_without_revenue_is_unknown_not_zero(warehouse: Settings) -> None:
    assert split(warehouse, "lighter", "2026-01-06") == {"unallocated": 100}
    found = holders(warehouse, "lighter", "2026-01-06", "holders_accrued_usd", "holders_accrued_share_low", "holders_accrued_share_high")
    assert found == (None, 0.0, 1.0)


def test_hyperliquids_accrual_is_dollars_whatever_hype_costs(warehouse: Settings) -> None:
    """Artemis added burnt HYPE to the USD of the rest: its figure moves with the price of HYPE."""
    for day in ("2025-06-01", "2025-06-02"):
        assert split(warehouse, "hyperliquid", day) == {"lp": 3, "buyback_hold": 97, "third_parties": 0}
        assert holders(warehouse, "hyperliquid", day, "holders_accrued_usd", "holders_gap_usd") == (97, 0)


def test_dydx_pays_holders_from_its_own_days(warehouse: Settings) -> None:
    """Artemis wrote 2022 for 2025, and applied a quarter to v3, which paid holders nothing; DefiLlama has 100% on all days."""
    assert split(warehouse, "dydx", "2022-06-01") == {"treasury": 100}
    assert split(warehouse, "dydx", "2025-03-16") == {"lp": 50, "treasury": 10, "stakers": 40}
    for day in ("2025-03-17", "2025-03-23"):
        assert split(warehouse, "dydx", day) == {"lp": 37.5, "treasury": 10, "stakers": 40, "buyback_hold": 12.5}
    assert split(warehouse, "dydx", "2025-03-24") == {"lp": 25, "treasury": 10, "stakers": 40, "buyback_hold": 25}
    assert holders(warehouse, "dydx", "2022-06-01", "holders_accrued_share", "holders_accrued_share_high") == (0, 0)
    assert holders(warehouse, "dydx", "2025-03-24", "holders_accrued_share", "holders_accrued_share_high") == (0.65, 1)


def test_a_new_rate_counts_on_its_first_day(warehouse: Settings) -> None:
    """`timestamp > 1756512000` left 2025-08-30 at 97%, and the revenue it reports for that day is still 97% of net fees."""
    due = [split(warehouse, "hyperliquid", f"2025-08-{day}")["buyback_hold"] for day in (29, 30, 31)]
    assert due == [97, 99, 99]


def test_hype_is_kept_until_the_vote_and_burned_from_its_day_on(warehouse: Settings) -> None:
    """99% of net fees, 90 of 100, buy HYPE all the time; the rest of the fees goes to builders, deployers and makers together."""
    columns = ("token_model", "token_mechanism", "token_disposal")
    assert split(warehouse, "hyperliquid", "2025-12-23") == {"lp": 0.9, "buyback_hold": 89.1, "third_parties": 10}
    assert holders(warehouse, "hyperliquid", "2025-12-23", *columns) == ("buyback_hold", "buyback", "held")
    assert split(warehouse, "hyperliquid", "2025-12-24") == {"lp": 0.9, "buyback_burn": 89.1, "third_parties": 10}
    assert holders(warehouse, "hyperliquid", "2025-12-24", *columns) == ("buyback_burn", "buyback", "burned")


def test_a_share_is_of_its_own_basis(warehouse: Settings) -> None:
    """WOOFi: 80% of what is left after rebates. Orderly: what is reported are net fees. Gains: no source gives opening and closing fees."""
    assert split(warehouse, "woofi", "2026-01-01") == {"stakers": 60, "treasury": 15, "rebate": 25}
    assert split(warehouse, "orderly", "2026-01-01") == {"stakers": 60, "unallocated": 40}
    assert split(warehouse, "gains_network", "2026-01-01") == {"unallocated": 100}
    query = (
        "select protocol, unallocated_reason from facts.fct_fee_allocations_daily where date = '2026-01-01' and recipient = 'unallocated'"
    )
    assert sorted(rows(warehouse, query)) == [("gains_network", "basis_not_published"), ("orderly", "share_not_stated")]


def test_a_part_of_the_fees_is_no_accrual_and_its_policy_is_suspect(warehouse: Settings) -> None:
    """At most 54 of 100, 11.1 times of the 4.86 that are seen; ApeX accrues 50 and is seen to pay 45. Both after 27 days, not 26."""
    columns = ("holders_accrued_usd", "holders_ceiling_usd", "round(holders_reported_share_90d, 9)", "round(policy_to_reported_90d, 9)")
    status = ("policy_status", "holders_accrued_share_low", "holders_accrued_share_high")
    assert holders(warehouse, "gains_network", "2026-01-26", *columns, *status) == (None, 54, None, None, "unknown", 0, 1)
    assert holders(warehouse, "gains_network", "2026-01-27", *columns, *status) == (None, 54, 0.0486, 11.111111111, "policy_suspect", 0, 1)
    assert holders(warehouse, "apex", "2026-01-26", *columns, "policy_status") == (50, None, None, None, "unchecked")
    assert holders(warehouse, "apex", "2026-01-27", *columns, "policy_status") == (50, None, 0.45, 1.111111111, "ok")


def test_a_suspect_policy_is_a_warning_and_in_the_gap_report(warehouse: Settings) -> None:
    """From the 27th day on; so are the 58 later days on which others report, for the 90 days hold its month."""
    judged = judge(warehouse.warehouse, warehouse.ledger_dir, None, "run-2", NOW)
    suite = judged.suite("fct_tokenholder_fee_share_daily")
    (told,) = [e for e in suite.expectations if e.name == "no_suspect_policy_rows"]
    suspect = [f"2026-01-{day}" for day in (27, 28, 29, 30)]
    assert (told.severity, told.unexpected) == ("warning", len(suspect) + 58)
    assert list(build_marts(warehouse, {("marts", "mart_holders_gaps_daily")}))
    query = "select date::text, explanation, policy_status from marts.mart_holders_gaps_daily where protocol = 'gains_network'"
    assert rows(warehouse, f"{query} and fees_usd > 0 order by date") == [(day, "policy_suspect", "policy_suspect") for day in suspect]


def test_nothing_of_negative_fees_is_zero(warehouse: Settings) -> None:
    """Fees taken back, -50: the treasury gives back its 30 and the makers their 20; holders had nothing, which is 0 and not -0.0."""
    assert split(warehouse, "drift", "2025-06-01") == {"treasury": -30, "rebate": -20}
    assert split(warehouse, "drift", "2025-06-02") == {"treasury": 100, "rebate": 0}
    assert split(warehouse, "drift", "2025-06-03") == {"treasury": 0, "rebate": 100}
    columns = ("holders_accrued_share", "holders_accrued_share_low", "holders_accrued_share_high")
    found = holders(warehouse, "drift", "2025-06-01", *columns)
    assert [str(share) for share in found] == ["0.0", "0.0", "0.0"]


def test_gmx_below_its_price_owes_and_does_not_pay(warehouse: Settings) -> None:
    """DefiLlama still says that 27% go to stakers: that is the rival, in the band."""
    columns = ("holders_accrued_share", "holders_accrued_share_low", "holders_accrued_share_high")
    assert split(warehouse, "gmx", "2026-02-23") == {"lp": 63, "treasury": 10, "buyback_distribute": 27}
    assert split(warehouse, "gmx", "2026-02-24") == {"lp": 63, "treasury": 10, "deferred": 27}
    assert holders(warehouse, "gmx", "2026-02-24", *columns) == (0, 0, 0.27)
    assert split(warehouse, "gmx", "2026-02-25") == {"lp": 63, "treasury": 10, "buyback_distribute": 27}
    assert split(warehouse, "gmx", "2026-02-26") == {"lp": 63, "treasury": 10, "unallocated": 27}


def test_aevos_tokens_need_a_whole_months_volume(warehouse: Settings) -> None:
    """500 M to 1 bn a month: 1.5 M burnt and 0.5 M held, ÷ 28 × 0.05 USD, out of the treasury's 75%."""
    expected = {"insurance_fund": 25000, "treasury": 71428.571429, "buyback_burn": 2678.571428, "buyback_hold": 892.857142}
    found = split(warehouse, "aevo", "2026-02-10")
    assert found == pytest.approx(expected, abs=2e-6)
    assert sum(found.values()) == pytest.approx(100000, abs=1e-9)
    assert split(warehouse, "aevo", "2026-03-10") == {"insurance_fund": 25000, "treasury": 75000}


# Days as others account for them: of 100 of fees, who gets what. HYPE worth 97 USD at 50 is 1.94; one of them added as if it were a dollar.
PEERS = {
    "GMX v1, shares of revenue taken twice (DefiLlama)": ("gmx_v1", "2023-06-01", {"lp": 21, "stakers": 9}),
    "Jupiter, the buyback in the treasury too (Artemis)": ("jupiter", "2025-02-17", {"lp": 75, "treasury": 25, "buyback_hold": 12.5}),
    "Level, 45 and 20 and 30 (DefiLlama)": ("level_finance", "2023-06-01", {"lp": 45, "stakers": 20, "treasury": 30}),
    "Lighter, revenue and buybacks (DefiLlama)": ("lighter", "2026-01-05", {"lp": 10, "treasury": 90, "buyback_hold": 94.14}),
    "Hyperliquid, HYPE added to dollars (Artemis)": ("hyperliquid", "2025-06-02", {"lp": 3, "buyback_hold": 1 + 0.94 * 50}),
}


@pytest.mark.parametrize("name", PEERS)
def test_an_account_of_others_is_held_back(name: str, warehouse: Settings, tmp_path: Path) -> None:
    """In place of ours it fails the day it is of, and that one only."""
    protocol, day, amounts = PEERS[name]
    one = Path(shutil.copy(warehouse.warehouse, tmp_path / "warehouse.duckdb"))
    where = f"protocol = '{protocol}' and date = '{day}'"
    with closing(duckdb.connect(str(one))) as connection:
        connection.execute(f"create temp table ours as select * from facts.fct_fee_allocations_daily where {where} limit 1")
        connection.execute(f"delete from facts.fct_fee_allocations_daily where {where}")
        theirs = "select * replace (? as recipient, ? as amount_usd, ? as share) from ours"
        connection.executemany(
            f"insert into facts.fct_fee_allocations_daily by name {theirs}",
            [(recipient, amount, amount / 100) for recipient, amount in amounts.items()],
        )
    suite = judge(one, tmp_path / "judged", None, "run", NOW).suite("fct_fee_allocations_daily")
    (told,) = [e for e in suite.expectations if e.name == "allocations_add_up_to_fees"]
    off = abs(100 - sum(amounts.values()))
    assert (suite.failed_subject_days, told.sample) == (1, (f"{protocol} {day}: {off:g}",))


def test_amounts_add_up_and_shares_are_parts(warehouse: Settings) -> None:
    checks = "sum(amount_usd), min(share) >= 0, max(share) <= 1, round(sum(share), 12), count(distinct policy_id)"
    found = rows(warehouse, f"select protocol, {checks} from facts.fct_fee_allocations_daily group by protocol, date")
    assert len(found) == len(FEES)
    assert {(float(total), *rest) for protocol, total, *rest in found if protocol not in {"aevo", "drift"}} == {(100.0, True, True, 1.0, 1)}  # type: ignore[arg-type]


def test_valuations_rest_on_27_days_of_thirty(warehouse: Settings) -> None:
    """36,500 of fees a year, 18,250 due, 16,425 after incentives, against a market cap of 365,000; the days before there are 26."""
    assert judge(warehouse.warehouse, warehouse.ledger_dir, None, "run-0", NOW).is_open
    assert list(build_marts(warehouse, {("marts", "mart_protocol_scorecard_daily")}))
    columns = "price_to_fees, holder_yield, price_to_holders_revenue, net_real_yield, fdv_to_market_cap"
    query = f"select {columns} from marts.mart_protocol_scorecard_daily where protocol = 'apex' and date >= '2026-01-26' and fees_usd > 0"
    assert rows(warehouse, f"{query} order by date") == [(None, None, None, None, 2), *[(10, 0.05, 20, 0.045, 2)] * 4]


def test_the_gate_lets_these_days_through(warehouse: Settings) -> None:
    suite = judge(warehouse.warehouse, warehouse.data_dir / "judged", None, "run-1", NOW).suite("fct_fee_allocations_daily")
    assert (suite.subject_days, suite.failed_subject_days) == (len(FEES), 0)
