"""Marts rebuilt for the months that changed, against marts built whole: the same tables, row by row.

Belongs here: what changes a mart after it was built (verdicts), and how far that reaches. Does not: which months changed (test_pending.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from house import House

from expectations.gate import judge
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import selected
from orchestration import compiled, pending
from orchestration.records import Checked, Records
from orchestration.steps.facts import build_facts
from orchestration.steps.marts import build_marts as build_marts_step
from orchestration.touched import Months
from simulator import Simulator, Truth

FIRST, LAST = date(2024, 12, 15), date(2025, 4, 10)
NOW = datetime(2025, 4, 11, 12, tzinfo=UTC)
MONTH = "2025-01"  # rows before it stay, all that follow it can change; thirty days from its last day on end in March
Tables = dict[str, list[tuple[Any, ...]]]


def market() -> Truth:
    return Truth(start=FIRST, days=(LAST - FIRST).days + 2, assets=["BTC", "ETH"])


@pytest.fixture(scope="module")
def built(house: Callable[..., House]) -> House:
    """Four months of two venues in a warehouse, judged, its marts built whole."""
    with Simulator(market(), now=NOW) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES="bybit,binance_archive")
        settings = one.enter()
        assert [
            found.problem for found in ingest(settings, selected(settings), Window(FIRST, LAST), clock=lambda: NOW) if found.problem
        ] == []
    assert failed(build_facts(settings)) == []
    assert judge(settings.warehouse, settings.ledger_dir, None, "test", NOW).is_open
    build_marts(one, None)
    return one


def build_marts(one: House, months: list[str] | None, first: date | None = None) -> Tables:
    """The marts after a build in which the verdicts of these months changed, from the first day on; None: of everything."""
    settings = one.enter()
    ledger = next(node.id for node in compiled.plan(settings).sources if node.schema == "quality")
    pending.owe(settings, pending.EVERYTHING if months is None else pending.Debts(facts={ledger: Months.of(months, first)}))
    assert failed(build_marts_step(settings)) == []
    assert pending.debts(settings).facts == {}
    return marts(one)


def failed(records: Records) -> list[str]:
    return [record.name for record in records if isinstance(record, Checked) and record.is_error and not record.passed]


def marts(one: House) -> Tables:
    with duckdb.connect(str(one.enter().warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return {name: connection.execute(f"select * from marts.{name} order by all").fetchall() for (name,) in names}


def hold_back(one: House, condition: str) -> None:
    """Turn verdicts of the month to failed, as the gate would by a later judgement."""
    part = one.folder / "quality" / "gate_results" / f"month={MONTH}" / "part.parquet"
    changed = part.with_name("changed.parquet")
    duckdb.execute(f"copy (select * replace (is_passed and not ({condition}) as is_passed) from '{part}') to '{changed}'")
    changed.replace(part)


def assert_same(ours: Tables, theirs: Tables) -> None:
    assert ours.keys() == theirs.keys()
    assert [name for name, rows in ours.items() if rows != theirs[name]] == []


def test_the_crash_of_the_simulated_market_is_the_one_cascade(built: House) -> None:
    """Its hours fall by weights 1, 2, 4, 7, 9, 6, 4, 2, 1, 1 from ten o'clock on: the fifth is the steepest."""
    truth = market()
    columns = "asset, started_at, peak_at, ended_at, open_interest_change, venues_in_order"
    with duckdb.connect(str(built.enter().warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(f"select {columns} from marts.mart_liquidation_cascades order by asset").fetchall()
    assert [row[0] for row in found] == ["BTC", "ETH"]
    for asset, started, peak, ended, change, venues in found:
        crash = datetime(truth.crash_date.year, truth.crash_date.month, truth.crash_date.day, tzinfo=UTC)
        assert peak == crash + timedelta(hours=14)
        assert crash + timedelta(hours=9) <= started <= crash + timedelta(hours=12)
        assert ended >= crash + timedelta(hours=19)
        assert set(venues.split(",")) == {"binance", "bybit"}
        held = [one for one in truth.perpetuals() if one.asset.name == asset and one.venue in ("binance", "bybit")]
        at = [int((moment - truth.start).total_seconds()) // 3600 for moment in (started, ended)]
        before, after = (sum(one.open_interest_base[hour] * one.listing.unit for one in held) for hour in (at[0], at[1] + 1))
        assert change == pytest.approx(after / before - 1, abs=0.01)


def test_a_build_without_changed_months_changes_nothing(built: House) -> None:
    before = marts(built)
    rows = {name: len(before[f"mart_{name}_daily"]) for name in ("asset", "leverage", "funding_spreads", "market_regime", "venue_share")}
    assert min(rows.values()) > 100, rows
    assert_same(build_marts(built, []), before)


def test_a_month_out_of_reach_is_not_written(built: House) -> None:
    """Else the tests below would compare whole builds with whole builds."""
    with duckdb.connect(str(built.enter().warehouse)) as connection:
        connection.execute("update marts.mart_venue_share_daily set markets = -1 where month = '2024-12'")
    after = build_marts(built, ["2025-03"])
    assert -1 in {value for row in after["mart_venue_share_daily"] for value in row}
    assert -1 not in {value for row in build_marts(built, None)["mart_venue_share_daily"] for value in row}


def test_what_is_held_back_later_reaches_as_far_as_it_does_in_a_whole_build(built: House) -> None:
    """The last days of a month: the trailing windows of the next month hold them, and the chain of open interest goes on from them."""
    before = marts(built)
    hold_back(built, "venue_or_protocol = 'bybit' and day(date) > 20")
    after = build_marts(built, [MONTH])
    assert_same(after, build_marts(built, None))
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert {f"mart_{name}_daily" for name in ("asset", "leverage", "funding_spreads", "market_overview", "venue_share")} <= changed
    later = [row for row in after["mart_venue_share_daily"] if row not in set(before["mart_venue_share_daily"]) and str(row[1])[:7] > MONTH]
    assert later


def test_a_month_that_became_empty_loses_its_rows(built: House) -> None:
    hold_back(built, "true")
    after = build_marts(built, [MONTH])
    for name in ("asset", "leverage", "market_regime", "venue_share"):
        days = {value for row in after[f"mart_{name}_daily"] for value in row if type(value) is date}
        assert MONTH not in {f"{day:%Y-%m}" for day in days}, name
        assert max(days) == LAST
    assert_same(after, build_marts(built, None))


def test_marts_built_from_a_day_on_are_those_built_whole(built: House) -> None:
    """A chain goes on from the days before the first one that is made again, of which nothing is lost."""
    whole = build_marts(built, None)
    assert build_marts(built, ["2025-03", "2025-04"], date(2025, 3, 20)) == whole


def hold_back_throughout(one: House, condition: str) -> None:
    """The same for all months."""
    for part in (one.folder / "quality" / "gate_results").glob("month=2*/part.parquet"):
        changed = part.with_name("changed.parquet")
        duckdb.execute(f"copy (select * replace (not ({condition}) as is_passed) from '{part}') to '{changed}'")
        changed.replace(part)


def test_no_level_moves_through_coverage_alone_without_the_row_saying_so(built: House) -> None:
    """Bybit joins on a day of February and is missing for three of March; built whole, and by the months that changed, it is the same."""
    absent = "venue_or_protocol = 'bybit' and (date < '2025-02-10' or date between '2025-03-05' and '2025-03-07')"
    hold_back_throughout(built, absent)
    whole = build_marts(built, None)
    hold_back_throughout(built, "venue_or_protocol = 'bybit' and date < '2025-02-10'")
    build_marts(built, ["2025-03"])
    hold_back_throughout(built, absent)
    assert_same(build_marts(built, ["2025-03"], date(2025, 3, 5)), whole)
    with duckdb.connect(str(built.enter().warehouse), read_only=True) as connection:
        days = connection.execute("select * from marts.mart_market_overview_daily order by date").pl().to_dicts()
        assets = connection.execute("select * from marts.mart_asset_daily where asset = 'BTC' order by date").pl().to_dicts()
    moved = []
    for rows in (days, assets):
        for before, row in pairwise(rows):
            for quantity in ("volume", "open_interest"):
                level = row[f"{quantity}_usd"] / before[f"{quantity}_usd"] - 1
                if abs(level - row[f"{quantity}_usd_change_1d"]) > 0.01:
                    moved.append((row["date"], row[f"{quantity}_venues_reported"], row[f"{quantity}_venues_expected"]))
    joined, gone, back = (date(2025, 2, 10), 2, 2), (date(2025, 3, 5), 1, 2), (date(2025, 3, 8), 2, 2)
    assert moved == [joined, joined, gone, gone, back, back] * 2
    holes = [row["date"] for row in days if not row["is_volume_complete"]]
    assert holes == [date(2025, 3, day) for day in (5, 6, 7)]


def test_a_change_is_that_of_the_venues_that_are_there_on_both_days(built: House) -> None:
    """Worked out by a loop from the venues' own rows; the asset and the market of one asset agree, also in sign."""
    with duckdb.connect(str(built.enter().warehouse), read_only=True) as connection:
        rows = connection.execute("select venue, asset, date, volume_usd, open_interest_usd from marts.mart_venue_asset_daily").fetchall()
        found = {
            (asset, day): changes
            for asset, day, *changes in connection.execute(
                "select asset, date, volume_usd_change_1d, open_interest_usd_change_1d from marts.mart_asset_daily union all "
                "select 'all', date, volume_usd_change_1d, open_interest_usd_change_1d from marts.mart_market_overview_daily"
            ).fetchall()
        }
    figures = {(venue, asset, day): pair for venue, asset, day, *pair in rows}
    sums: dict[tuple[str, date, int], list[float]] = {}
    for (venue, asset, day), pair in figures.items():
        earlier = figures.get((venue, asset, day - timedelta(days=1)), [None, None])
        for number, (now, before) in enumerate(zip(pair, earlier, strict=True)):
            if now is not None and before is not None:
                for whose in (asset, "all"):
                    of_both = sums.setdefault((whose, day, number), [0.0, 0.0])
                    of_both[0], of_both[1] = of_both[0] + now, of_both[1] + before
    assert len(sums) > 600
    for (whose, day), changes in found.items():
        for number, change in enumerate(changes):
            now, before = sums.get((whose, day, number), (0.0, 0.0))
            assert change == (pytest.approx(now / before - 1, rel=1e-9, abs=1e-12) if before else None)
