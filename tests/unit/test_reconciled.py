"""What is apart without a reason, as status asks for it: of each comparison's newest seven days, from the published file."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from ingestion.settings import Settings
from orchestration.overview import ADVICE, Need, overview
from orchestration.published import published_file
from orchestration.reconciled import Unexplained, unexplained

ROWS = [  # metric, subject, other source, day of March 2026, ratio, is within, reason
    ("volume", "bybit", "coingecko", 1, 3.0, False, None),  # eight days before the newest: past
    ("volume", "bybit", "coingecko", 3, 2.5, False, None),
    ("volume", "bybit", "coingecko", 8, 2.0, False, None),
    ("volume", "bybit", "coingecko", 9, 1.0, True, None),
    ("open_interest", "lighter", "defillama", 9, 0.5, False, "doubled"),
    ("fees", "hyperliquid", "hypurrscan", 2, 0.9, False, None),  # its own newest day, however old
    ("volume", "okx", "coingecko", 9, 1.1, True, None),
]
FEES = Unexplained("fees", "hyperliquid", "hypurrscan", date(2026, 3, 2), 1, 0.9, 1.25)
VOLUME = Unexplained("volume", "bybit", "coingecko", date(2026, 3, 8), 2, 2.0, 1.25)


def schemas(settings: Settings) -> duckdb.DuckDBPyConnection:
    path = published_file(settings)
    path.parent.mkdir(parents=True)
    connection = duckdb.connect(str(path))
    for schema in ("marts", "facts", "quality"):
        connection.execute(f"create schema {schema}")
    return connection


def publish(settings: Settings, rows: list[tuple[Any, ...]]) -> None:
    with schemas(settings) as connection:
        connection.execute(
            "create table marts.mart_reconciliation_daily (metric varchar, subject varchar, other_source varchar, date date, ratio double,"
            " is_within_tolerance boolean, known_reason varchar, tolerance_factor double)"
        )
        for metric, subject, source, day, ratio, within, reason in rows:
            told = "null" if reason is None else f"'{reason}'"
            values = f"'{metric}', '{subject}', '{source}', date '2026-03-{day:02}', {ratio}, {within}, {told}, 1.25"
            connection.execute(f"insert into marts.mart_reconciliation_daily values ({values})")


def test_the_newest_seven_days_of_each_comparison_count(settings: Settings) -> None:
    publish(settings, ROWS)
    assert unexplained(settings) == [FEES, VOLUME]


def test_with_a_choice_of_markets_a_sum_of_them_is_not_the_venues(make_settings: Any) -> None:
    settings = make_settings(markets="BTC*")
    publish(settings, ROWS)
    assert unexplained(settings) == [FEES]


def test_nothing_published_and_a_version_without_the_mart_tell_nothing(settings: Settings) -> None:
    assert unexplained(settings) == []
    schemas(settings).close()
    assert unexplained(settings) == []


def test_status_shows_what_is_apart(settings: Settings) -> None:
    publish(settings, ROWS)
    found = [need for need in overview(settings, ()).needs if need.what == "apart"]
    assert found == [
        Need("apart", "fees: hyperliquid", "0.90 times hypurrscan's, 2026-03-02", ADVICE["apart"]),
        Need("apart", "volume: bybit", "2.00 times coingecko's, 2026-03-08", ADVICE["apart"]),
    ]
