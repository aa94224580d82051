"""Alerts worked out a second time, by loops over what is published. Belongs here: the four rules, and what an alert knew of earlier ones.

A simulated market is quiet, so the models are run once more with thresholds at which each rule holds now and then.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from house import House

from orchestration import compiled
from orchestration.building import TOUCHED

LOW = {
    ("funding_crowded", "venues"): 3.0, ("funding_crowded", "funding_rate_apr"): 0.1, ("funding_crowded", "open_interest_usd"): 1e6,
    ("spread_after_costs", "net_apr"): 0.1, ("spread_after_costs", "holding_days"): 30.0,
    ("spread_after_costs", "persistence_30d"): 3.0, ("spread_after_costs", "thinner_leg_open_interest_usd"): 1e6,
    ("premium_off_peers", "distance"): 0.0002, ("premium_off_peers", "venues"): 4.0, ("premium_off_peers", "open_interest_usd"): 1e6,
    ("liquidations_off_peers", "times"): 1.5, ("liquidations_off_peers", "venues"): 3.0,
    ("liquidations_off_peers", "liquidations_usd"): 1e4,
}  # fmt: skip
READ = ("mart_venue_asset_daily", "mart_funding_spreads_daily", "mart_asset_daily")
MADE = ("mart_alert_days", "mart_alerts")
Key = tuple[str, str, str, str, date]


def compare_alerts(built: House) -> None:
    """Days on which each rule holds, with its main figure; the first after seven quiet ones; and its record."""
    with duckdb.connect() as connection:
        _make(built, connection)
        days = {_key(row): row for row in _rows(connection, "warehouse.marts.mart_alert_days")}
        alerts = {_key(row): row for row in _rows(connection, "warehouse.marts.mart_alerts")}
        closes = {(row["asset"], row["date"]): row for row in _rows(connection, "perps.marts.mart_asset_daily") if row["close"]}
        expected = dict(_held(_rows(connection, "perps.marts.mart_venue_asset_daily")))
        expected |= _spreads(_rows(connection, "perps.marts.mart_funding_spreads_daily"))
    assert {rule for rule, _ in LOW} == {rule for rule, *_ in expected}
    assert {key: row["value"] for key, row in days.items()} == pytest.approx(expected, rel=1e-9)
    starts = {key for key in expected if not any((*key[:4], key[4] - timedelta(days=back)) in expected for back in range(1, 8))}
    assert {key for key, row in days.items() if row["is_start"]} == starts == alerts.keys()
    assert sum(_compare_record(row, starts, closes) for row in alerts.values()) > 0


def compare_with_what_was_known(built: House, last: date) -> None:
    """Rows up to a day are the same, to the last bit, whether what came after it is there or not."""
    found = []
    for known in (date.max, last):
        with duckdb.connect() as connection:
            _make(built, connection, known)
            tables = [_rows(connection, f"warehouse.marts.{name} where date <= '{last}' order by all") for name in MADE]
            found.append(tables)
    assert all(found[0])
    assert found[0] == found[1]


def _make(built: House, connection: duckdb.DuckDBPyConnection, last: date = date.max) -> None:
    """Both marts, from the published ones up to a day and these thresholds."""
    settings = built.enter()
    connection.execute(f"attach '{settings.published_dir / 'perps.duckdb'}' as perps (read_only); attach ':memory:' as warehouse")
    connection.execute("create schema warehouse.marts; create schema warehouse.facts")
    for table in READ:
        connection.execute(f"create view warehouse.marts.{table} as from perps.marts.{table} where date <= '{last}'")
    rows = ", ".join(f"('{rule}', '{quantity}', {value}, date '1970-01-01', cast(null as date))" for (rule, quantity), value in LOW.items())
    names = "rule, quantity, threshold, valid_from, valid_to"
    connection.execute(f"create table warehouse.facts.dim_alert_rules as select * from (values {rows}) as rules ({names})")
    made = {node.name: node.sql for node in compiled.plan(settings).nodes if node.name in MADE}
    for name in MADE:
        connection.execute(f"create table warehouse.marts.{name} as {TOUCHED.sub('true', made[name])}")


def _held(rows: list[dict[str, Any]]) -> Iterator[tuple[Key, float]]:
    """Funding that is crowded, and venues that are off their peers."""
    by_coin: dict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_coin[row["asset"], row["date"]].append(row)
    for (asset, day), venues in by_coin.items():
        for direction, sign in (("longs_pay", 1), ("shorts_pay", -1)):
            crowd = [row for row in venues if (row["funding_rate_apr"] or 0) * sign >= LOW["funding_crowded", "funding_rate_apr"]]
            held = sum(row["open_interest_usd"] or 0 for row in crowd)
            if len(crowd) >= LOW["funding_crowded", "venues"] and held >= LOW["funding_crowded", "open_interest_usd"]:
                yield ("funding_crowded", asset, "several", direction, day), float(len(crowd))
        told = [row for row in venues if row["premium"] is not None]
        middle = statistics.median(row["premium"] for row in told) if told else 0.0
        for row in told if len(told) >= LOW["premium_off_peers", "venues"] else []:
            is_large = (row["open_interest_usd"] or 0) >= LOW["premium_off_peers", "open_interest_usd"]
            if abs(row["premium"] - middle) >= LOW["premium_off_peers", "distance"] and is_large:
                direction = "above" if row["premium"] > middle else "below"
                yield ("premium_off_peers", asset, row["venue"], direction, day), row["premium"] - middle
        shares = {row["venue"]: row["liquidations_usd"] / row["open_interest_usd"] for row in venues if _is_told(row)}
        middle = statistics.median(shares.values()) if shares else 0.0
        forced = {row["venue"]: row["liquidations_usd"] for row in venues}
        for venue, share in shares.items() if len(shares) >= LOW["liquidations_off_peers", "venues"] and middle > 0 else ():
            is_large = forced[venue] >= LOW["liquidations_off_peers", "liquidations_usd"]
            if share / middle >= LOW["liquidations_off_peers", "times"] and is_large:
                yield ("liquidations_off_peers", asset, venue, "above", day), share / middle


def _is_told(row: dict[str, Any]) -> bool:
    return row["liquidations_usd"] is not None and (row["open_interest_usd"] or 0) > 0


def _spreads(rows: list[dict[str, Any]]) -> dict[Key, float]:
    """What is left of the best pair of each coin and day."""
    best: dict[Key, float] = {}
    rule = {quantity: value for (name, quantity), value in LOW.items() if name == "spread_after_costs"}
    for row in rows:
        key = ("spread_after_costs", row["asset"], "several", "earns", row["date"])
        enough = ("persistence_30d", "thinner_leg_open_interest_usd")
        if row["round_trip_cost_bps"] is not None and all(row[name] >= rule[name] for name in enough):
            left = row["spread_apr"] - row["round_trip_cost_bps"] / 10_000 * 365 / rule["holding_days"]
            if left >= rule["net_apr"]:
                best[key] = max(left, best.get(key, left))
    return best


def _compare_record(row: dict[str, Any], starts: set[Key], closes: dict[tuple[str, date], dict[str, Any]]) -> int:
    """What the alert says of earlier ones, from the prices of the weeks that were over; how many there are."""
    asset, day = row["asset"], row["date"]
    earlier = [key for key in starts if key[:4] == _key(row)[:4] and key[4] < day]
    weeks = {
        begun: (one, closes[asset, begun + timedelta(days=7)])
        for (coin, begun), one in closes.items()
        if coin == asset and begun + timedelta(days=7) <= day and (asset, begun + timedelta(days=7)) in closes
    }
    known = [weeks[key[4]] for key in earlier if key[4] in weeks]
    moves = [later["close"] / one["close"] - 1 for one, later in known]
    assert (row["alerts_earlier"], row["alerts_known"], row["days_known"]) == (len(earlier), len(known), len(weeks))
    assert row["price_move_7d_median"] == (pytest.approx(statistics.median(moves), rel=1e-9, abs=1e-12) if moves else None)
    assert row["alerts_price_rose"] == sum(move > 0 for move in moves)
    assert row["alerts_volatility_rose"] == sum(_rose(*week) for week in known)
    assert row["days_volatility_rose"] == sum(_rose(*week) for week in weeks.values())
    return len(known)


def _rose(before: dict[str, Any], after: dict[str, Any]) -> bool:
    volatilities = before["realised_volatility_7d"], after["realised_volatility_7d"]
    return None not in volatilities and volatilities[1] > volatilities[0]


def _key(row: dict[str, Any]) -> Key:
    return (row["rule"], row["asset"], row["venue"], row["direction"], row["date"])


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    return connection.execute(f"from {table}").pl().to_dicts()
