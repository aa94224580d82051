"""Alerts of the market: which are told, in which words, and each once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import pytest
import yaml
from receiving import Receiver

from ingestion.settings import Settings
from orchestration.after import after_run
from orchestration.alerting import RULES, tell_alerts
from orchestration.environment import DBT_PROJECT_DIR

LAST = date(2026, 3, 10)
COLUMNS = """rule text, asset text, venue text, direction text, date date, value double, threshold double, details text, alerts_earlier int,
    alerts_known int, price_move_7d_median double, alerts_price_rose int, alerts_volatility_rose int, days_known int, days_price_rose int,
    days_volatility_rose int, is_simulated boolean"""
PRICES, BPS = "a 60.0 % a year,b 55.0 % a year", "-70.0 bps; median of 6 venues 15.0 bps"
CROWDED = ("funding_crowded", "BTC", "several", "longs_pay", LAST, 4, 3, PRICES, 9, 8, -0.0123, 3, 5, 200, 104, 96, True)
FAR_OFF = ("premium_off_peers", "ETH", "kraken", "below", LAST, -0.0085, 0.005, BPS, 1, 0, None, 0, 0, 200, 9, 9, True)
EARNS = ("spread_after_costs", "SOL", "several", "earns", LAST, 0.31, 0.25, "long a, short b", 1, 1, 0.05, 1, 0, 100, 50, 40, True)
STORMS, LOWEST = "a storm after 50.0 % of 60 such days", "lowest in the hour of 21:00 UTC"
LIKELY = ("storm_odds_doubled", "BTC", "several", "elevated", LAST, 2.5, 2, STORMS, 0, 0, None, 0, 0, 9, 0, 0, True)
FALLS = ("cascade_under_way", "ETH", "several", "falls", LAST, -0.171, 0.08, LOWEST, 0, 0, None, 0, 0, 9, 0, 0, True)
OLD = ("funding_crowded", "ETH", "several", "longs_pay", LAST - timedelta(days=2), 3, 3, "a", 0, 0, None, 0, 0, 0, 0, 0, True)


@pytest.fixture
def publish(settings: Settings, receiver: Receiver) -> Callable[..., Settings]:
    """Publishes these alerts; everything is told to the receiver."""
    settings.notify_url, settings.alerts = f"{receiver.url}/hook", ["*"]

    def published(*alerts: tuple[object, ...], last: date = LAST) -> Settings:
        settings.published_dir.mkdir(parents=True, exist_ok=True)
        (settings.published_dir / "perps.duckdb").unlink(missing_ok=True)
        with duckdb.connect(str(settings.published_dir / "perps.duckdb")) as connection:
            connection.execute("create schema marts; create schema facts; create schema quality")
            connection.execute(f"create table marts.mart_asset_daily as select date '{last}' as date")
            connection.execute("create table facts.dim_alert_rules as select unnest(['funding_crowded', 'premium_off_peers']) as rule")
            connection.execute(f"create table marts.mart_alerts ({COLUMNS})")
            for one in alerts:
                connection.execute(f"insert into marts.mart_alerts values ({', '.join('?' * len(one))})", list(one))
        return settings

    return published


def test_an_alert_is_told_with_its_figures_and_what_followed_earlier_ones(publish: Callable[..., Settings], receiver: Receiver) -> None:
    """8 earlier ones are known: higher after 3, volatility rose after 5; of 200 days it rose after 96."""
    tell_alerts(publish(CROWDED, FAR_OFF, EARNS))
    ((method, path, body),) = receiver.seen
    assert (method, path, body["title"]) == ("POST", "/hook", "perps: 3 alerts of the SIMULATED market")
    assert body["body"].splitlines() == [
        "2026-03-10 BTC: funding is crowded (longs pay): 4 venues (from 3 on). a 60.0 % a year, b 55.0 % a year. In the 7 days after 8 "
        "earlier: price -1.2 % (median), higher after 3 of 8 (after any day: 52 %); volatility rose after 5 of 8 (after any day: 48 %). "
        "No forecast.",
        "2026-03-10 ETH at kraken: a premium is off its peers (below): -85.0 bps from the median (from 50.0 on). -70.0 bps; median of 6 "
        "venues 15.0 bps. Earlier alerts: 1, none of them with a week after it.",
        "2026-03-10 SOL: a spread pays after costs (earns): 31.0 % a year are left (from 25.0 on). long a, short b. In the 7 days after 1 "
        "earlier: price +5.0 % (median), higher after 1 of 1 (after any day: 50 %); volatility rose after 0 of 1 (after any day: 40 %). "
        "No forecast.",
    ]


def test_a_storm_and_a_cascade_are_told_in_their_words(publish: Callable[..., Settings], receiver: Receiver) -> None:
    tell_alerts(publish(LIKELY, FALLS))
    ((_, _, body),) = receiver.seen
    assert body["body"].splitlines() == [
        "2026-03-10 ETH: a cascade is under way (falls): -17.1 % from the highest of 24 hours (from -8.0 on). lowest in the hour of "
        "21:00 UTC. Earlier alerts: 0, none of them with a week after it.",
        "2026-03-10 BTC: a storm is more likely than usual (elevated): 2.5 times the base rate (from 2.0 on). a storm after 50.0 % of 60 "
        "such days. Earlier alerts: 0, none of them with a week after it.",
    ]


def test_every_rule_has_its_words_and_a_cascade_the_thresholds_of_its_mart() -> None:
    with (DBT_PROJECT_DIR / "seeds" / "alert_rules.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["rule"] for row in rows} == RULES.keys()
    known = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    names = ("cascade_fall", "cascade_fall_in_usual_days", "cascade_known_hours", "cascade_open_interest_fall")
    assert [float(row["threshold"]) for row in rows if row["rule"] == "cascade_under_way"] == [known[name] for name in names]


def test_each_is_told_once_and_the_history_is_not(publish: Callable[..., Settings], receiver: Receiver) -> None:
    for _ in range(3):  # as hourly runs do
        tell_alerts(publish(CROWDED, OLD))
    tell_alerts(publish(CROWDED, OLD, FAR_OFF))
    assert [body["body"].count("\n") + 1 for _, _, body in receiver.seen] == [1, 1]
    assert ["BTC" in body["body"] for _, _, body in receiver.seen] == [True, False]


def test_what_was_not_received_is_told_again(publish: Callable[..., Settings], receiver: Receiver) -> None:
    receiver.status = 503
    tell_alerts(publish(CROWDED))
    receiver.status = 200
    tell_alerts(publish(CROWDED))
    tell_alerts(publish(CROWDED))
    assert len(receiver.seen) == 2


def test_only_wanted_rules_are_told_and_a_name_of_none_is_said(
    publish: Callable[..., Settings], receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = publish(CROWDED, FAR_OFF)
    settings.alerts = ["premium_off_peers", "funding"]
    tell_alerts(settings)
    assert receiver.titles() == ["perps: 1 alert of the SIMULATED market"]
    assert capsys.readouterr().err == "PERPS_ALERTS: no rule funding; there are funding_crowded, premium_off_peers and *\n"


def test_what_was_told_long_ago_is_forgotten(publish: Callable[..., Settings], receiver: Receiver) -> None:
    tell_alerts(publish(CROWDED))
    later = LAST + timedelta(days=61)
    settings = publish((*FAR_OFF[:4], later, *FAR_OFF[5:]), last=later)
    tell_alerts(settings)
    assert "funding_crowded" not in (settings.state_dir / "alerted.json").read_text()


def test_they_are_off_by_default_and_follow_a_run_where_they_are_on(
    publish: Callable[..., Settings], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.notifying.tell", lambda *_: None)
    settings = publish(CROWDED)
    settings.alerts = []
    after_run(settings, "daily", [])
    assert receiver.seen == []
    settings.alerts = ["*"]
    after_run(settings, "daily", [])
    assert len(receiver.seen) == 1


def test_a_publication_without_alerts_costs_the_message_and_not_the_run(
    settings: Settings, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.notify_url, settings.alerts = receiver.url, ["*"]
    tell_alerts(settings)
    assert (receiver.seen, capsys.readouterr().err.startswith("no alerts: SettingsError: ")) == ([], True)
