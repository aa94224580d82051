"""Which instant `--as-of` means, and that raw stays as it is while what was known then is picked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.store.turns import writing
from orchestration import as_of
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


def test_nobody_writes_raw_while_what_was_known_is_picked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit between the look at a file and its link would put rows of later into it."""
    order: list[str] = []

    def write() -> None:
        with writing(settings.state_dir):
            order.append("written")

    writer = threading.Thread(target=write)

    def pick(part: Path, target: Path, at: datetime) -> int:
        writer.start()
        writer.join(0.3)
        order.append("picked")
        return 1

    monkeypatch.setattr(as_of, "_parts", lambda raw_dir: [raw_dir / "a" / "b" / "month=2026-03" / "part.parquet"])
    monkeypatch.setattr(as_of, "_select", pick)
    monkeypatch.setattr(as_of, "_steps", lambda scratch: ())
    as_of._build(settings, replace(settings, data_dir=settings.data_dir / "scratch"), NOW)
    writer.join(60)
    assert order == ["picked", "written"]
