"""Joining a closed month of landing: every body comes back as it was and where it was in the order, once, whatever is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from ingestion.store import joining, landing
from ingestion.store.joining import join_closed_months
from ingestion.wire.payload import Payload
from orchestration.after import after_run
from orchestration.received import bodies
from orchestration.tidying import tidy

Make = Callable[..., Payload]
START, CLOSED = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)


@pytest.fixture
def landed(settings: Settings, payload: Make) -> list[Payload]:
    """Fifty hours of two sources over the end of March; a commit spans forty minutes, so that commits of a source overlap."""
    for hour in range(50):
        for source in ("kraken", "okx"):
            at = [START + timedelta(hours=hour, minutes=minutes) for minutes in (0, 75)]
            commit = [
                payload(source, "tickers", [hour // 3, n], fetched_at=one, run_id=f"{(hour * 7) % 50:02d}") for n, one in enumerate(at)
            ]
            landing.write(settings.landing_dir, commit)
    return list(landing.read(settings.landing_dir))


def files(settings: Settings) -> list[str]:
    return sorted(str(path.relative_to(settings.landing_dir)) for path in settings.landing_dir.rglob("*.parquet"))


def test_a_closed_month_becomes_one_file_of_each_source(settings: Settings, landed: list[Payload]) -> None:
    joined = list(join_closed_months(settings.landing_dir, CLOSED))
    assert [(one.source, one.month, one.files) for one in joined] == [("kraken", "2026-03", 48), ("okx", "2026-03", 48)]
    assert all(one.bytes_after * 5 < one.bytes_before for one in joined)
    assert [name for name in files(settings) if "2026-04-01" not in name] == ["kraken/2026-03/0000.parquet", "okx/2026-03/0000.parquet"]
    assert len(files(settings)) == 2 + 2 * 2  # two hours of April stay as they are
    assert list(landing.read(settings.landing_dir)) == landed
    assert len(landed) == 200
    assert list(join_closed_months(settings.landing_dir, CLOSED)) == []


def test_a_month_that_has_just_ended_is_left_alone(settings: Settings, landed: list[Payload]) -> None:
    before = files(settings)
    assert list(join_closed_months(settings.landing_dir, datetime(2026, 4, 2, 23, tzinfo=UTC))) == []
    assert files(settings) == before


def test_what_lands_later_in_a_closed_month_keeps_its_place(settings: Settings, payload: Make) -> None:
    """A replay of recordings lands bodies of long ago: they are read between those that were joined."""
    for hour in (0, 2, 4, 1, 3):
        if hour == 1:
            assert len(list(join_closed_months(settings.landing_dir, CLOSED))) == 1
        landing.write(
            settings.landing_dir, [payload("okx", "tickers", [hour], fetched_at=START + timedelta(hours=hour), run_id=f"r{hour}")]
        )
    assert [one.json for one in landing.read(settings.landing_dir)] == [[0], [1], [2], [3], [4]]
    assert [one.files for one in join_closed_months(settings.landing_dir, CLOSED)] == [2]
    assert files(settings) == ["okx/2026-03/0000.parquet", "okx/2026-03/0001.parquet"]
    assert [one.json for one in landing.read(settings.landing_dir)] == [[0], [1], [2], [3], [4]]


def test_a_kill_before_the_old_files_are_gone_doubles_nothing(
    settings: Settings, landed: list[Payload], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(files: list[Path]) -> None:
        for path in files[:20]:
            path.unlink()
        if files:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(joining, "_remove", killed)
        with pytest.raises(KeyboardInterrupt):
            list(join_closed_months(settings.landing_dir, CLOSED))
    assert len(files(settings)) == 100 - 20 + 1
    assert list(landing.read(settings.landing_dir)) == landed
    assert [one.source for one in join_closed_months(settings.landing_dir, CLOSED)] == ["okx"]
    assert len(files(settings)) == 2 + 2 * 2
    assert list(landing.read(settings.landing_dir)) == landed


def test_another_commit_under_a_name_that_was_joined_is_neither_lost_nor_skipped(settings: Settings, payload: Make) -> None:
    for minute in (0, 1):
        landing.write(settings.landing_dir, [payload("okx", "tickers", [minute], fetched_at=START + timedelta(minutes=minute))])
    list(join_closed_months(settings.landing_dir, CLOSED))
    landing.write(settings.landing_dir, [payload("okx", "tickers", [2], fetched_at=START + timedelta(minutes=2))])
    list(join_closed_months(settings.landing_dir, CLOSED))
    assert [one.json for one in landing.read(settings.landing_dir)] == [[0], [1], [2]]


@pytest.mark.parametrize("lost", [1, 2], ids=["the last commit", "all but one"])
def test_nothing_is_removed_that_does_not_read_back(
    lost: int, settings: Settings, landed: list[Payload], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, before = joining._write, files(settings)
    monkeypatch.setattr(joining, "_write", lambda target, found: write(target, found[:-lost]))
    with pytest.raises(PerpsError, match="kraken 2026-03"):
        list(join_closed_months(settings.landing_dir, CLOSED))
    assert files(settings) == before
    assert list(settings.landing_dir.rglob("*.partial")) == []
    assert list(landing.read(settings.landing_dir)) == landed


def test_files_of_older_versions_are_joined_too(settings: Settings, landed: list[Payload]) -> None:
    """They lack the columns that came later."""
    for path in list(settings.landing_dir.glob("okx/2026-03-30/*.parquet"))[:5]:
        landing.write_parquet(pl.read_parquet(path).drop(landing.ASKED), path)
    list(join_closed_months(settings.landing_dir, CLOSED))
    assert list(landing.read(settings.landing_dir)) == landed


def test_a_figure_still_leads_to_its_body(settings: Settings, landed: list[Payload]) -> None:
    list(join_closed_months(settings.landing_dir, CLOSED))
    wanted = next(one for one in landed if one.source == "okx" and one.json == [4, 1])
    count, (found,) = bodies(settings, "okx", pl.DataFrame({"_fetched_at": [wanted.fetched_at], "_payload_sha256": [wanted.sha256]}))
    assert (count, found["hash_holds"], found["bytes"], found["file"]) == (1, True, len(wanted.body), "landing/okx/2026-03/0000.parquet")


def test_after_the_daily_job_closed_months_are_joined_without_a_person(settings: Settings, landed: list[Payload]) -> None:
    """The days landed are long over by the clock of the machine; other jobs leave landing alone."""
    before = files(settings)
    assert after_run(settings, "snapshot", []) == []
    assert files(settings) == before
    assert after_run(settings, "daily", []) == []
    assert len(files(settings)) == 2 * 2  # a source's March, and its two hours of April
    assert list(landing.read(settings.landing_dir)) == landed


def test_joining_after_a_run_stops_when_its_time_is_over_and_says_what_went_wrong(
    settings: Settings, landed: list[Payload], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tidy(settings, longest_seconds=-1) == []
    assert len(files(settings)) == 1 + 2 + 50  # March of the first source
    monkeypatch.setattr(joining, "_is_equal", lambda *_: False)
    (told,) = tidy(settings)
    assert told.startswith("landing was not joined: kraken 2026-04")
    assert list(landing.read(settings.landing_dir)) == landed
