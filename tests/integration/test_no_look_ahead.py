"""No look-ahead: what comes after a day changes no row of any mart up to that day, to the last bit, through the whole chain.

One house grows: it knows a market up to a day, then some days more, and is rebuilt from nothing each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from house import VOLATILE, House, days_from

from simulator import Simulator, Truth

SOURCES = "binance,binance_archive,hyperliquid,hyperliquid_stats,gate,defillama,coingecko"
KNOWN = (70, 77)  # days of history: enough for ranks, and a week more
SNAPSHOTS_EVERY = 6  # venues that tell open interest only now come and go
LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=KNOWN[-1] - 1)
# They judge the past by what came after. Odds count outcomes of storms once they were known; nothing else is fed by any of them.
LOOKING_AHEAD = {
    "mart_regime_outcomes_daily", "mart_regime_backtest", "mart_liquidation_cascades", "mart_storm_outcomes_daily", "mart_storm_backtest",
}  # fmt: skip
LEFT_OUT = {"mart_freshness", *LOOKING_AHEAD}
# Protocols here may have no gap to tell of, and so quiet a market alerts of nothing: comparing_alerts.py cuts the history of alerts.
MAY_BE_EMPTY = {"mart_holders_gaps_daily", "mart_alert_days", "mart_alerts"}
Rows = list[tuple[Any, ...]]


def marts(house: House, last: date) -> dict[str, Rows]:
    """Every mart of days, or of periods, its rows up to `last`."""
    with house.open() as connection:
        columns = "select table_name, column_name from duckdb_columns() where schema_name = 'marts' order by column_index"
        names: dict[str, list[str]] = {}
        for table, column in connection.execute(columns).fetchall():
            names.setdefault(table, []).extend([column] if column not in VOLATILE else [])
        dated = ("date", "ends_on", "opened_at", "started_at")
        days = {table: next(one for one in dated if one in found) for table, found in names.items() if table not in LEFT_OUT}
        up_to = {table: f"{', '.join(names[table])} from {table} where cast({day} as date) <= '{last}'" for table, day in days.items()}
        return {table: connection.execute(f"select {rows} order by all").fetchall() for table, rows in up_to.items()}


@pytest.fixture(scope="module")
def grown(house: Callable[..., House]) -> Iterator[list[tuple[date, dict[str, Rows], dict[str, Rows]]]]:
    """For each day that the house was built to: that day, the marts as they were then, and as the last build has them."""
    truth = Truth(start=FIRST, days=KNOWN[-1] + 1, assets=["BTC", "HYPE", "ASTER"])
    with Simulator(truth, now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=SOURCES)
        begun, then = FIRST, []
        for count in KNOWN:
            last = FIRST + timedelta(days=count - 1)
            days = days_from(begun, (last - begun).days + 1)
            one.snapshots(simulator, [day for day in days if (day - FIRST).days % SNAPSHOTS_EVERY == 0 or day > last - timedelta(days=2)])
            simulator.set_now(datetime.combine(last + timedelta(days=1), time(2), UTC))
            one.step(begun, last)
            then.append((last, marts(one, last)))
            begun = last + timedelta(days=1)
        yield [(last, tables, marts(one, last)) for last, tables in then]


def test_rows_up_to_a_day_do_not_know_what_came_after(grown: list[tuple[date, dict[str, Rows], dict[str, Rows]]]) -> None:
    for last, then, now in grown[:-1]:
        assert then.keys() == now.keys()
        for table, rows in then.items():
            assert rows == now[table], (table, last)
        assert {table for table, rows in then.items() if not rows} <= MAY_BE_EMPTY


def test_the_days_compared_are_not_empty_of_what_could_look_ahead(grown: list[tuple[date, dict[str, Rows], dict[str, Rows]]]) -> None:
    _, first, _ = grown[0]
    assert {
        "mart_asset_daily",
        "mart_venue_share_daily",
        "mart_leverage_daily",
        "mart_market_regime_daily",
        "mart_storm_odds_daily",
    } <= first.keys()
    regimes = {row[2] for row in first["mart_market_regime_daily"]}
    assert {"calm", "stress"} <= regimes
