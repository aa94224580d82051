"""A run's days as months of Dagster's."""

from __future__ import annotations

import pytest

from orchestration.months import partitions_of


@pytest.mark.parametrize(
    ("first", "last", "tags"),
    [
        ("2026-03-01", "2026-03-31", {"dagster/partition": "2026-03"}),
        ("2026-03-31", "2026-04-01", {"dagster/asset_partition_range_start": "2026-03", "dagster/asset_partition_range_end": "2026-04"}),
        ("2024-04-30", "2026-03-01", {"dagster/asset_partition_range_start": "2024-04", "dagster/asset_partition_range_end": "2026-03"}),
        ("2024-03-31", "2026-03-01", {}),  # 25 months: too many to tell one by one
        ("2019-08-31", "2019-09-02", {}),
        ("2026-03-01T06:00:00+00:00", "2026-03-01T06:00:00+00:00", {"dagster/partition": "2026-03"}),
    ],
)
def test_the_months_of_some_days(first: str, last: str, tags: dict[str, str]) -> None:
    assert partitions_of(first, last) == tags
