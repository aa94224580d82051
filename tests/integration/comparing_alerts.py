"""Alerts worked out a second time, by loops over what is published. Belongs here: the six rules, and what an alert knew of earlier ones.

A simulated market is quiet, so the models are run once more with thresholds at which each rule holds now and then; it is too
short for odds of a storm, which are made up.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
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
    ("storm_odds_doubled", "times"): 2.0, ("storm_odds_doubled", "days_behind"): 60.0,
    ("cascade_under_way", "fall"): 0.02, ("cascade_under_way", "usual_days"): 0.75,
    ("cascade_under_way", "usual_hours"): 100.0, ("cascade_under_way", "open_interest_fall"): 0.001,
}  # fmt: skip
READ = ("mart_venue_asset_daily", "mart_funding_spreads_daily", "mart_asset_daily")
ODDS = """select asset, date, case when day(date) % 4 = 0 then 'usual' else 'elevated' end as state, day(date) % 5 / 8 as odds,
    1 / 10 as low, 9 / 10 as high, 1 / 4 as base_rate, 50 + day(date) as days_behind, 100 + day(date) as base_days_behind
    from perps.marts.mart_asset_daily"""
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
        expected |= dict(_storms(_rows(connection, "warehouse.marts.mart_storm_odds_daily")))
        expected |= dict(_falls(_rows(connection, "perps.marts.mart_asset_hourly")))
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
    connection.execute(f"create view warehouse.marts.mart_storm_odds_daily as {ODDS} where date <= '{last}'")
    hours = f"from perps.marts.mart_asset_hourly where cast(opened_at as date) <= '{last}'"
    connection.execute(f"create view warehouse.marts.mart_asset_hourly as {hours}")
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


def _storms(rows: list[dict[str, Any]]) -> Iterator[tuple[Key, float]]:
    """Odds that are high beside those of any day."""
    for row in rows:
        is_known = row["days_behind"] >= LOW["storm_odds_doubled", "days_behind"]
        if row["state"] == "elevated" and is_known and row["odds"] >= LOW["storm_odds_doubled", "times"] * row["base_rate"]:
            yield ("storm_odds_doubled", row["asset"], "several", "elevated", row["date"]), row["odds"] / row["base_rate"]


def _falls(rows: list[dict[str, Any]]) -> dict[Key, float]:
    """The deepest hour of each coin and day that fell as in a cascade, by the hours up to it."""
    deepest: dict[Key, float] = {}
    by_coin: dict[str, dict[datetime, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        if row["open"] and row["low"] and row["close"]:
            by_coin[row["asset"]][row["opened_at"]] = row
    for asset, hours in by_coin.items():
        for at, hour in hours.items():
            before = {back: hours[at - timedelta(hours=back)] for back in range(673) if at - timedelta(hours=back) in hours}
            key = ("cascade_under_way", asset, "several", "falls", at.date())
            fall = hour["low"] / max([hour["open"], *(one["high"] for back, one in before.items() if 1 <= back <= 24)]) - 1
            if fall < deepest.get(key, 0.0) and _is_cascade(fall, before):
                deepest[key] = fall
    return deepest


def _is_cascade(fall: float, before: dict[int, dict[str, Any]]) -> bool:
    """Whether a fall is large by any measure and the coin's own, and open interest fell with it; by hours, as many back as the key says."""
    rule = {quantity: value for (name, quantity), value in LOW.items() if name == "cascade_under_way"}
    usual = [math.log(one["close"] / one["open"]) ** 2 for back, one in before.items() if back >= 25]
    if len(usual) < rule["usual_hours"] or fall > -max(rule["fall"], rule["usual_days"] * math.sqrt(statistics.fmean(usual) * 24)):
        return False
    changes = [one["open_interest_change_1h"] for back, one in before.items() if back <= 23]
    known = [1 + change for change in changes if change is not None]
    return len(known) < len(changes) / 2 or math.prod(known) - 1 <= -rule["open_interest_fall"]


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
