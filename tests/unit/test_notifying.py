"""Somebody is told: what, when, how often, and never the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from receiving import Receiver

from ingestion.settings import Settings
from orchestration import notifying
from orchestration.after import after_run
from orchestration.notifying import tell
from orchestration.overview import Need, Overview
from orchestration.tags import PROBLEMS, REPORTED

NOW = datetime(2026, 3, 1, 1, tzinfo=UTC)
SECRET = "T0K3N"
HELD = Need("held back", "fct_volume_daily: okx", "2026-02-28", "`perps sync` fetches the last days again")
STALE = Need("stale", "kraken: tickers", "nothing newer than 2026-02-20", "`perps sync`")
NEVER = Need("never fetched", "kraken", "no row yet", "`perps sync` fetches it")


@pytest.fixture
def needing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets what status says needs a person."""

    def needs(*found: Need) -> None:
        monkeypatch.setattr(notifying, "overview", lambda *_: Overview(list(found), [], [], "v1", ["v1"]))

    return needs


@pytest.fixture
def told(settings: Settings, receiver: Receiver, needing: Callable[..., None]) -> Settings:
    settings.notify_url = f"{receiver.url}/hooks/{SECRET}"
    needing()
    return settings


def test_a_failed_run_is_told_first_and_then_what_else_needs_a_person(
    told: Settings, receiver: Receiver, needing: Callable[..., None]
) -> None:
    needing(HELD, STALE, NEVER)
    tell(told, "daily", ["okx: HTTP 500"], NOW)
    ((method, path, body),) = receiver.seen
    assert (method, path, body["title"]) == ("POST", f"/hooks/{SECRET}", "perps: daily failed")
    assert body["body"].splitlines() == [
        "went wrong: okx: HTTP 500",
        "held back: fct_volume_daily: okx (2026-02-28). `perps sync` fetches the last days again",
        "stale: kraken: tickers (nothing newer than 2026-02-20). `perps sync`",
    ]
    assert body["text"] == body["content"] == f"{body['title']}\n{body['body']}"


def test_the_same_is_told_once_a_day_and_what_changed_at_once(told: Settings, receiver: Receiver, needing: Callable[..., None]) -> None:
    needing(HELD)
    for hours in (0, 1, 23):
        tell(told, "snapshot", [], NOW + timedelta(hours=hours))
    assert receiver.titles() == ["perps: 1 thing needs a person"]
    needing(HELD, STALE)
    tell(told, "snapshot", [], NOW + timedelta(hours=23))
    tell(told, "snapshot", [], NOW + timedelta(hours=46))
    assert receiver.titles()[1:] == ["perps: 2 things need a person"]
    tell(told, "snapshot", [], NOW + timedelta(hours=47))
    assert receiver.titles()[2:] == ["perps: 2 things need a person"]


def test_well_is_silent_but_for_the_first_time_after_something_was_wrong(
    told: Settings, receiver: Receiver, needing: Callable[..., None]
) -> None:
    tell(told, "daily", [], NOW)
    needing(NEVER)
    tell(told, "daily", [], NOW)
    assert receiver.seen == []
    needing(HELD)
    tell(told, "daily", [], NOW)
    needing()
    tell(told, "daily", [], NOW)
    tell(told, "daily", [], NOW)
    assert receiver.titles() == ["perps: 1 thing needs a person", "perps: all is well again"]


def test_a_job_that_failed_is_mended_by_its_own_success_and_not_by_another_jobs(told: Settings, receiver: Receiver) -> None:
    """A refused publication needs nobody by itself: the snapshot an hour later says nothing of it, and the next night is the same fault."""
    refused = ["publish: not published, since readers would lose 40 of 50 rows"]
    for hours, job, problems in ((0, "daily", refused), (1, "snapshot", []), (2, "snapshot", []), (23, "daily", refused)):
        tell(told, job, problems, NOW + timedelta(hours=hours))
    assert receiver.titles() == ["perps: daily failed"]
    tell(told, "snapshot", [], NOW + timedelta(hours=25))
    assert receiver.titles() == ["perps: daily failed"] * 2, "a day has passed"
    tell(told, "snapshot", ["okx: HTTP 500"], NOW + timedelta(hours=26))
    assert receiver.titles()[2:] == ["perps: daily, snapshot failed"]
    tell(told, "daily", [], NOW + timedelta(hours=27))
    assert receiver.titles()[3:] == ["perps: all is well again"]


def test_a_clock_that_was_set_back_silences_nobody(told: Settings, receiver: Receiver, needing: Callable[..., None]) -> None:
    needing(HELD)
    tell(told, "daily", [], NOW + timedelta(days=400))
    tell(told, "daily", [], NOW)
    assert receiver.titles() == ["perps: 1 thing needs a person"] * 2


def test_what_was_not_received_is_told_again_and_the_address_never(
    told: Settings, receiver: Receiver, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    receiver.status = 503
    tell(told, "daily", ["no"], NOW)
    receiver.status = 204
    tell(told, "daily", ["no"], NOW)
    tell(told, "daily", ["no"], NOW)
    assert len(receiver.seen) == 2
    told.notify_url = f"http://127.0.0.1:1/{SECRET}"
    told.healthcheck_url = f"http://127.0.0.1:99999/{SECRET}"
    tell(told, "daily", ["other"], NOW)
    tell(told, "daily", [], NOW)
    output = capfd.readouterr()
    assert output.err.splitlines()[:2] == ["the notification was refused: status 503", "the notification could not be sent: ConnectError"]
    assert SECRET not in output.err + output.out + caplog.text + repr(told)
    assert SECRET not in "".join(path.read_text() for path in told.state_dir.iterdir())


def test_a_look_that_fails_costs_the_message_and_not_the_run(
    told: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(notifying, "overview", lambda *_: {}["x"])
    tell(told, "daily", ["no"], NOW)
    assert (receiver.seen, capsys.readouterr().err) == ([], "no notification: KeyError: 'x'\n")


def test_a_full_disk_is_told_too(told: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.disk.write_whole", full)
    told.data_dir.mkdir(parents=True, exist_ok=True)
    after_run(told, "snapshot", ["part.parquet cannot be written"])
    assert receiver.titles() == ["perps: snapshot failed"]


@pytest.mark.parametrize(
    ("place", "job", "problems", "asked"),
    [
        ("/ping", "daily", [], ["/ping"]),
        ("/ping", "snapshot", [], []),
        ("/ping", "daily", ["no"], []),
        ("/ping/{job}", "snapshot", [], ["/ping/snapshot"]),
        ("/ping/{job}", "daily", ["no"], []),
    ],
)
def test_a_ping_says_that_a_run_went_well(
    place: str, job: str, problems: list[str], asked: list[str], settings: Settings, receiver: Receiver
) -> None:
    settings.healthcheck_url = receiver.url + place
    tell(settings, job, problems, NOW)
    assert [(method, path) for method, path, _ in receiver.seen] == [("GET", path) for path in asked]


def test_nothing_is_sent_where_no_address_is_set(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "_send", lambda *_: pytest.fail("sent"))
    after_run(settings, "daily", ["no"])


@pytest.mark.parametrize(
    ("sensor", "tags", "problems"),
    [
        ("ended_well", {}, []),
        ("ended_well", {PROBLEMS: "2 in fetch_sources"}, ["2 in fetch_sources"]),
        ("failed", {}, ["Execution of run for \"daily\" failed. Steps failed: ['ends']."]),
        ("failed", {REPORTED: "x"}, None),
    ],
)
def test_runs_of_the_ui_are_followed_and_those_of_the_command_line_are_not_again(
    sensor: str, tags: dict[str, str], problems: list[str] | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.defs import after_runs

    @dg.op
    def ends() -> None:
        if sensor == "failed":
            raise dg.Failure("no such day")

    @dg.job(name="daily", tags=tags)
    def job() -> None:
        ends()

    found: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(after_runs, "load_settings", lambda: settings)
    monkeypatch.setattr(after_runs, "after_run", lambda _, name, told: found.append((name, told)))
    with dg.DagsterInstance.ephemeral() as history:
        result = job.execute_in_process(instance=history, raise_on_error=False)
        event = next(one for one in reversed(result.all_events) if one.event_type_value in ("PIPELINE_SUCCESS", "PIPELINE_FAILURE"))
        context = dg.build_run_status_sensor_context(sensor, event, history, result.dagster_run)
        getattr(after_runs, sensor)(context)
    assert found == ([] if problems is None else [("daily", problems)])
