"""Market alerts: the newest rows of `mart_alerts`, told once each. Off unless PERPS_ALERTS names a rule and PERPS_NOTIFY_URL an address.

Belongs here: which alerts are new, their words, and that each is told once. Does not: when there is an alert, and what followed earlier
ones (the marts), nor how a message is sent (notifying).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from ingestion.store.whole import write_whole
from orchestration.notifying import MOST_TOLD, send_message
from orchestration.published import connected, published_file
from orchestration.warehouse import literal

NEW_FOR = timedelta(days=2)  # up to the newest published day: who turns alerts on is not told the history
KEPT_FOR = timedelta(days=60)  # an alert of before is not new any more
EVERY = "*"
RULES = {
    "funding_crowded": ("funding is crowded", "{value:.0f} venues (from {threshold:.0f} on)"),
    "spread_after_costs": ("a spread pays after costs", "{percent:.1f} % a year are left (from {threshold_percent:.1f} on)"),
    "premium_off_peers": ("a premium is off its peers", "{bps:.1f} bps from the median (from {threshold_bps:.1f} on)"),
    "liquidations_off_peers": ("liquidations are off their peers", "{value:.1f} times the median (from {threshold:.1f} on)"),
    "storm_odds_doubled": ("a storm is more likely than usual", "{value:.1f} times the base rate (from {threshold:.1f} on)"),
    "cascade_under_way": ("a cascade is under way", "{percent:.1f} % from the highest of 24 hours (from -{threshold_percent:.1f} on)"),
}
Alert = Mapping[str, Any]
Key = tuple[str, ...]


def tell_alerts(settings: Settings) -> None:
    """After a run: one message with the alerts of the newest days that were not told yet. Never raises."""
    try:
        found, is_simulated = _newest(settings)
        told = _told(settings)
        fresh = [one for one in found if _key(one) not in told]
        if fresh and send_message(settings, *_words(fresh, is_simulated)):
            oldest = max(one["date"] for one in found) - KEPT_FOR
            kept = [key for key in told if date.fromisoformat(key[-1]) >= oldest]
            write_whole(settings.state_dir / "alerted.json", json.dumps(sorted([*kept, *map(_key, fresh)])))
    except (PerpsError, duckdb.Error, OSError, ValueError) as error:  # a run that is over does not fail for want of a message
        sys.stderr.write(f"no alerts: {type(error).__name__}: {error}\n")


def _newest(settings: Settings) -> tuple[list[Alert], bool]:
    """Alerts of the newest published days, of the rules that are wanted, and whether the market is simulated."""
    wanted = "true" if EVERY in settings.alerts else f"rule in ({', '.join(map(literal, settings.alerts))})"
    newest = f"(select max(date) from mart_asset_daily) - {NEW_FOR.days}"
    with connected(published_file(settings)) as connection:
        _check_names(settings, {rule for (rule,) in connection.execute("select distinct rule from dim_alert_rules").fetchall()})
        cursor = connection.execute(
            f"select * from mart_alerts where {wanted} and date > {newest} order by date desc, rule, asset, venue, direction"
        )
        names = [one[0] for one in cursor.description or []]
        rows: list[Alert] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows, any(row["is_simulated"] for row in rows)


def _check_names(settings: Settings, rules: Collection[str]) -> None:
    """A name that no rule has would never be heard of."""
    if unknown := [name for name in settings.alerts if name not in (*rules, EVERY)]:
        sys.stderr.write(f"PERPS_ALERTS: no rule {', '.join(unknown)}; there are {', '.join(sorted(rules))} and {EVERY}\n")


def _words(alerts: Sequence[Alert], is_simulated: bool) -> tuple[str, str]:
    """A title, and for each alert its figures, then what followed the earlier ones."""
    lines = [_line(one) for one in alerts[:MOST_TOLD]]
    more = [f"… and {len(alerts) - MOST_TOLD} more: mart_alerts"] if len(alerts) > MOST_TOLD else []
    what = "1 alert" if len(alerts) == 1 else f"{len(alerts)} alerts"
    return f"perps: {what} of the {'SIMULATED ' if is_simulated else ''}market", "\n".join([*lines, *more])


def _line(one: Alert) -> str:
    title, figure = RULES.get(one["rule"], (one["rule"], "{value:g} (from {threshold:g} on)"))
    value, threshold = one["value"], one["threshold"]
    scaled = {"percent": 100 * value, "threshold_percent": 100 * threshold, "bps": 1e4 * value, "threshold_bps": 1e4 * threshold}
    told = figure.format(value=value, threshold=threshold, **scaled)
    details = one["details"].replace(",", ", ").replace(",  ", ", ")
    where = one["asset"] if one["venue"] == "several" else f"{one['asset']} at {one['venue']}"
    return f"{one['date']} {where}: {title} ({one['direction'].replace('_', ' ')}): {told}. {details}. {_history(one)}"


def _history(one: Alert) -> str:
    """What followed the earlier ones, beside what followed any day."""
    if not one["alerts_known"]:
        return f"Earlier alerts: {one['alerts_earlier']}, none of them with a week after it."
    known, days = one["alerts_known"], one["days_known"]
    shares = [
        f"{what} after {one[f'alerts_{name}']} of {known} (after any day: {100 * one[f'days_{name}'] / days:.0f} %)"
        for what, name in (("higher", "price_rose"), ("volatility rose", "volatility_rose"))
    ]
    move = f"{100 * one['price_move_7d_median']:+.1f} % (median)"
    return f"In the 7 days after {known} earlier: price {move}, {'; '.join(shares)}. No forecast."


def _key(one: Alert) -> Key:
    return (one["rule"], one["asset"], one["venue"], one["direction"], str(one["date"]))


def _told(settings: Settings) -> set[Key]:
    try:
        return {tuple(key) for key in json.loads((settings.state_dir / "alerted.json").read_text())}
    except (OSError, ValueError, TypeError):
        return set()
