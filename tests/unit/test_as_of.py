"""Which instant `--as-of` means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingestion.errors import SettingsError
from orchestration.as_of import moment

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-10", datetime(2026, 3, 11, tzinfo=UTC)),  # the running day, as far as it has come
        ("2026-03-01T06:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("2026-03-01T06:00+02:00", datetime(2026, 3, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_counts_to_its_end(text: str, at: datetime) -> None:
    assert moment(text, NOW) == at


@pytest.mark.parametrize(
    ("text", "why"), [("yesterday", "is no time"), ("2026-03-11", "still to come"), ("2026-03-10T12:01", "still to come")]
)
def test_what_is_no_time_or_to_come_is_refused(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        moment(text, NOW)
