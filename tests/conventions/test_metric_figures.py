"""What the metrics say of a few rows, worked out by hand.

Belongs here: figures of the definitions in dbt_project/models/metrics. Does not: how a metric becomes SQL
(tests/unit/test_metrics.py), whether it agrees with a mart of a real build (tests/integration).
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from bi.metrics import Dataset, datasets

Row = dict[str, Any]

# One takes 250 of 1,000,000 and gives all to holders, one 50 of 3,000,000 and gives nothing; the third lacks a take and
# an accrual, the fourth its fees. The part is the first one's whole business.
FIRST = {"protocol": "first", "is_part": False, "volume_usd": 1_000_000, "take_rate_bps": 250, "fees_usd": 25_000}
FIRST |= {"holders_accrued_usd": 25_000, "holders_accrued_share": 1, "holders_accrued_share_low": 0.8}
FIRST |= {"holders_accrued_share_high": 1, "holders_reported_usd": 5_000}
VALUED = {"market_cap_usd": 300, "holder_yield": 0.1, "net_real_yield": -0.02, "net_of_dilution_yield": -0.5}
SECOND = {"protocol": "second", "is_part": False, "volume_usd": 3_000_000, "take_rate_bps": 50, "fees_usd": 15_000}
SECOND |= {"holders_accrued_usd": 0, "holders_accrued_share": 0, "holders_accrued_share_low": 0}
SECOND |= {"holders_accrued_share_high": 0.2, "market_cap_usd": 100, "holder_yield": 0.02, "net_real_yield": 0.1}
THIRD = {"protocol": "third", "is_part": False, "volume_usd": 9_000_000, "fees_usd": 7_000, "holders_reported_usd": 2_200}
THIRD |= {"market_cap_usd": 1_000}
FOURTH = {"protocol": "fourth", "is_part": False, "holders_accrued_usd": 100, "holders_reported_usd": 100}
FOURTH |= {"token_incentives_usd": 3}
PART = FIRST | {"protocol": "part_of_first", "is_part": True, "token_incentives_usd": 1}
PROTOCOLS = [FIRST | VALUED, SECOND, THIRD, FOURTH, PART]

# Two venues on the first day, of which one tells no volume, and one on the second, which tells no funding.
COINS = [
    {"date": "2026-01-01", "venue": "a", "volume_usd": 900, "open_interest_usd": 100, "funding_rate_apr": 0.1, "premium": 0.001},
    {"date": "2026-01-01", "venue": "b", "open_interest_usd": 300, "funding_rate_apr": 0.2},
    {"date": "2026-01-02", "venue": "a", "volume_usd": 600, "open_interest_usd": 200, "premium": -0.0005},
]
# What one side alone tells says nothing of how far the two are apart.
PAIRS = [
    {"own_value": 80, "other_value": 100, "is_within_tolerance": False},
    {"own_value": 100, "other_value": 100, "is_within_tolerance": True},
    {"own_value": 7},
    {"other_value": 55},
    {"own_value": 20, "other_value": 22, "is_within_tolerance": False, "known_reason": "units"},
]
SPREADS = [{"persistence_30d": 20, "days_30d": 25}, {"persistence_30d": 4, "days_30d": 15}]


@pytest.fixture(scope="module")
def found(manifest: dict[str, Any]) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets(manifest)}


def figures(dataset: Dataset, rows: list[Row]) -> dict[str, float | None]:
    """Every metric over a table of its contract that has these rows."""
    connection = duckdb.connect()
    connection.execute(
        f"create schema marts; create table {dataset.table} ({', '.join(f'{one.name} {one.data_type}' for one in dataset.columns)})"
    )
    for row in rows:
        values = ", ".join(f"'{value}'" for value in row.values())
        connection.execute(f"insert into {dataset.table} ({', '.join(row)}) values ({values})")
    [told] = connection.execute(f"select {', '.join(metric.sql for metric in dataset.metrics)} from {dataset.table}").fetchall()
    return dict(zip((metric.name for metric in dataset.metrics), told, strict=True))


@pytest.mark.parametrize(
    ("dataset", "rows", "expected"),
    [
        (
            "protocol_days",
            [row for row in PROTOCOLS if not row["is_part"]],
            {
                "fees_usd": 47_000,
                "holders_accrued_usd": 25_100,
                "holders_reported_usd": 7_300,
                "token_incentives_usd": 3,
                "take_rate_bps": 100,  # (250 × 1 + 50 × 3) ÷ 4 million
                "holders_bps": 62.5,  # (250 × 1 × 1 + 50 × 0 × 3) ÷ 4 million
                "holders_share": 0.625,  # 25,000 ÷ (25,000 + 15,000)
                "holders_share_low": 0.5,  # 0.8 × 25,000 ÷ 40,000
                "holders_share_high": 0.7,  # (1 × 25,000 + 0.2 × 15,000) ÷ 40,000
                "holders_reported_share": 0.225,  # (5,000 + 2,200) ÷ (25,000 + 7,000)
                "holder_yield": 0.08,  # (0.1 × 300 + 0.02 × 100) ÷ 400
                "net_real_yield": 0.01,  # (−0.02 × 300 + 0.1 × 100) ÷ 400
                "net_of_dilution_yield": -0.5,
            },
        ),
        (
            "venue_asset_days",
            COINS,
            {
                "volume_usd": 1500,
                "volume_usd_per_day": 750,
                "open_interest_usd": 300,  # the mean of 100 + 300 and 200
                "turnover": 5,  # (900 + 600) ÷ (100 + 200)
                "funding_apr": 0.175,  # (0.1 × 100 + 0.2 × 300) ÷ 400
                "premium_bps": 4,  # (10 × 900 − 5 × 600) ÷ 1500
                "venues_with_volume": 1,
            },
        ),
        ("reconciliation_days", PAIRS, {"own_to_other": 200 / 222, "within_tolerance_share": 1 / 3, "unexplained_days": 1}),
        ("funding_spread_days", SPREADS, {"spread_persistence": 0.6}),  # (20 + 4) ÷ (25 + 15)
    ],
)
def test_a_metric_is_what_a_hand_makes_of_its_rows(
    dataset: str, rows: list[Row], expected: dict[str, float], found: dict[str, Dataset]
) -> None:
    told = figures(found[dataset], rows)
    assert {name: told[name] for name in expected} == pytest.approx(expected)


def test_a_metric_of_protocols_that_a_part_moves_says_so(found: dict[str, Dataset]) -> None:
    """All that are made of what a part has too; yields are of a token, and a part has none."""
    whole, doubled = (figures(found["protocol_days"], rows) for rows in ([row for row in PROTOCOLS if not row["is_part"]], PROTOCOLS))
    told = {metric.name for metric in found["protocol_days"].metrics if "choose is_part = false" in metric.description}
    assert told == {name for name, value in whole.items() if value != doubled[name]}
    assert len(told) >= 10
