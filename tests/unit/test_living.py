"""Killed runs are told from living ones and ended, so that Dagster's queue waits for none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from orchestration import history, living, retention
from orchestration.defs.automation import command_line
from orchestration.environment import prepare_dagster
from orchestration.journal import Journal, unreported

HOLDER = """
import sys, time
from ingestion.settings import load_settings
from orchestration import living
living.hold(load_settings(), sys.argv[1])
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Settings]:
    """A data folder with Dagster's home in it; the environment is put back."""
    before = dict(os.environ)
    os.environ["PERPS_DATA_DIR"] = str(tmp_path / "data")
    yield prepare_dagster()
    os.environ.clear()
    os.environ.update(before)


@dg.job
def nothing() -> None:
    """A job to have a run of."""


def started(instance: dg.DagsterInstance) -> str:
    return instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED).run_id


def holder(run_id: str) -> subprocess.Popen[str]:
    """Another process that holds the lock of a run, as a run of the UI does."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", HOLDER, run_id], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_killed_run_is_ended_and_a_living_one_is_not(data: Settings) -> None:
    with dg.DagsterInstance.get() as instance:
        killed, alive, fresh = (started(instance) for _ in range(3))
        one, other = holder(killed), holder(alive)
        try:
            assert living.dead_runs(data) == []
            one.kill()
            one.wait()
            assert living.dead_runs(data) == [killed]  # `fresh` took no step yet: it may still be starting
            assert history.end_dead_runs(data, instance) == [killed]
        finally:
            other.kill()
            other.wait()
        status = {run.run_id: run.status for run in instance.get_runs()}
        assert status[killed] == dg.DagsterRunStatus.FAILURE
        assert {status[alive], status[fresh]} == {dg.DagsterRunStatus.STARTED}
        assert living.dead_runs(data) == [alive]


def test_a_run_that_never_took_a_step_is_dead_after_a_while(data: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.get() as instance:
        run_id = started(instance)
        assert living.dead_runs(data) == []
        monkeypatch.setattr(living, "STARTING_SECONDS", -1.0)
        assert living.dead_runs(data) == [run_id]


def test_without_a_history_nobody_is_dead(data: Settings) -> None:
    assert living.dead_runs(data) == []
    (data.data_dir / "dagster" / "runs.db").write_text("no database")
    assert living.dead_runs(data) == []


def test_a_journal_without_an_end_and_without_a_holder_is_a_killed_run(data: Settings) -> None:
    settings = load_settings()
    with Journal.begun(settings, "one", "build", None, None, False):
        assert unreported(settings) == []
        text = (settings.state_dir / "runs" / "one.json").read_text()
    (journal,) = unreported(settings)
    assert (journal.run_id, journal.error, journal.ended_at) == ("one", "the process was killed", None)
    journal.path.write_text(text)  # as a kill leaves it
    (killed,) = unreported(settings)
    assert (killed.is_success, killed.error) == (False, "the process was killed")
    (again,) = unreported(settings)
    assert again.error == killed.error


def test_a_run_that_raises_says_why(data: Settings) -> None:
    with pytest.raises(ZeroDivisionError), Journal.begun(data, "two", "build", None, None, False):
        _ = 1 / 0
    (journal,) = unreported(data)
    assert (journal.is_success, journal.error) == (False, "ZeroDivisionError: division by zero")
    assert journal.ended_at is not None


def test_whatever_was_killed_blocks_the_queue_for_less_than_two_minutes() -> None:
    """Dead in a step, before the first one, or before it started: somebody looks often enough, and waits no longer than that."""
    told = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())["run_monitoring"]
    looks_every = command_line.minimum_interval_seconds
    assert command_line.default_status == dg.DefaultSensorStatus.RUNNING
    assert looks_every is not None
    assert living.STARTING_SECONDS + looks_every <= 100
    assert told["enabled"] is True
    assert told["start_timeout_seconds"] + told["poll_interval_seconds"] <= 100


def test_once_the_dead_are_ended_the_next_run_is_let_out_of_the_queue(data: Settings) -> None:
    """The daemon's own look at the queue, over one that a killed run keeps full."""
    with dg.DagsterInstance.get() as instance:
        killed = started(instance)
        one = holder(killed)
        one.kill()
        one.wait()
        assert running(instance) == [killed]
        history.end_dead_runs(data, instance)
        assert running(instance) == []


def running(instance: dg.DagsterInstance) -> list[str]:
    """What counts against the queue's limit of one run."""
    statuses = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    return [run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=statuses))]


def test_what_is_too_old_is_looked_for_once_an_hour(data: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look reads every run that is kept for a month's sake; one that was not done goes on half a minute later."""
    looks: list[bool] = [False, True]
    monkeypatch.setattr(retention, "prune", lambda *_: retention.Pruned(1, 0, is_all=looks.pop(0)))
    with dg.DagsterInstance.get() as instance:
        context = dg.build_sensor_context(instance=instance, repository_def=dg.Definitions().get_repository_def())
        told = [str(command_line(context).skip_message) for _ in range(3)]  # type: ignore[union-attr]
    assert ["removed" in one for one in told] == [True, True, False]
    assert looks == []


def test_dagster_forgets_looks_of_its_schedules_and_sensors() -> None:
    """One each half a minute: 60,000 a week, were they kept as long as Dagster keeps them."""
    told = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())["retention"]
    assert told["sensor"]["purge_after_days"]["skipped"] == 1
    assert 0 < told["schedule"]["purge_after_days"] <= 31
