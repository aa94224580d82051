"""What is too old goes out of Dagster's history, logs and locks; what is younger, alive or nobody's run stays."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.environment import prepare_dagster
from orchestration.living import lock_of
from orchestration.retention import prune, vacuum

NOW = datetime.now(UTC)


@dg.op
def nothing() -> None: ...


@dg.job
def idle() -> None:
    nothing()


def aged(path: Path, days: float) -> Path:
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_runs_go_with_their_events_when_they_are_too_old(settings: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as history:
        done = [idle.execute_in_process(instance=history).run_id for _ in range(3)]
        history.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED)
        assert prune(settings, history, NOW + timedelta(days=29)).runs == 0
        assert len(history.all_logs(done[0])) > 3
        assert prune(settings, history, NOW + timedelta(days=31)).runs == 3
        assert [run.status for run in history.get_runs()] == [dg.DagsterRunStatus.STARTED]
        assert history.all_logs(done[0]) == []
        assert prune(settings, history, NOW + timedelta(days=31)).runs == 0


@dg.job(name="snapshot")
def hourly() -> None:
    nothing()


MONTHS = dg.MonthlyPartitionsDefinition("2026-01-01")


@dg.asset(partitions_def=MONTHS, check_specs=[dg.AssetCheckSpec("arrived", asset="candles")])
def candles() -> dg.MaterializeResult:  # type: ignore[type-arg]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name="arrived")])


@dg.asset(partitions_def=MONTHS)
def funding() -> None: ...


def fetched(history: dg.DagsterInstance, month: str, *assets: dg.AssetsDefinition) -> str:
    return dg.materialize(assets, instance=history, partition_key=month).run_id


def test_the_last_run_that_brought_a_month_its_data_stays_but_not_an_hourly_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.retention.AT_ONCE", 2)
    month = {"dagster/partition": "2026-03"}
    with dg.DagsterInstance.ephemeral() as history:
        of_both = fetched(history, "2026-03-01", candles, funding)
        of_one = [fetched(history, "2026-03-01", candles) for _ in range(3)]
        of_april = fetched(history, "2026-04-01", funding)
        hourly.execute_in_process(instance=history, tags=month)
        idle.execute_in_process(instance=history)
        done = prune(settings, history, NOW + timedelta(days=31))
        assert (done.runs, done.is_all) == (4, True)
        assert {run.run_id for run in history.get_runs()} == {of_both, of_one[-1], of_april}
        assert prune(settings, history, NOW + timedelta(days=31)).runs == 0
        candles_of = history.get_materialized_partitions(dg.AssetKey("candles"))
        assert (candles_of, history.get_materialized_partitions(dg.AssetKey("funding"))) == ({"2026-03-01"}, {"2026-03-01", "2026-04-01"})


def test_what_is_not_done_in_time_is_said(settings: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as history:
        idle.execute_in_process(instance=history)
        done = prune(settings, history, NOW + timedelta(days=31), longest_seconds=0)
        assert (done.runs, done.is_all) == (0, False)


def rows(home: Path) -> dict[str, int]:
    """Of the tables of Dagster's two files that grow with every run."""
    tables = {"runs.db": ["runs", "run_tags", "snapshots"], "event_log.db": ["event_logs", "asset_event_tags", "asset_check_executions"]}
    found: dict[str, int] = {}
    for file, names in tables.items():
        with closing(sqlite3.connect(home / file)) as connection:
            found |= {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in names}
    return found


@pytest.fixture
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Dagster's home as an operator has it: SQLite, and our dagster.yaml."""
    monkeypatch.setenv("PERPS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DAGSTER_HOME", "")
    prepare_dagster()
    return settings.data_dir / "dagster"


@pytest.fixture
def ingest() -> dg.JobDefinition:
    return dg.Definitions(assets=[candles, funding], jobs=[dg.define_asset_job("ingest", [candles, funding])]).resolve_job_def("ingest")


def test_nothing_of_a_run_is_left_in_the_files_of_dagster(settings: Settings, home: Path, ingest: dg.JobDefinition) -> None:
    with dg.DagsterInstance.get() as history:
        for chosen in ([candles], [funding], [candles, funding]):
            keys = [one.key for one in chosen]
            ingest.execute_in_process(instance=history, partition_key="2026-03-01", asset_selection=keys)
        before = rows(home)
        assert min(before.values()) > 0
        assert prune(settings, history, NOW + timedelta(days=31)).runs == 2
        (last,), after = history.get_runs(), rows(home)
        assert after["runs"] == 1
        assert 2 * after["asset_check_executions"] == before["asset_check_executions"]
        assert after["snapshots"] <= before["snapshots"] - 4  # of each run its plan and its part of the job
        assert all(3 * after[name] <= 2 * before[name] for name in ("run_tags", "event_logs", "asset_event_tags"))
        assert history.get_execution_plan_snapshot(str(last.execution_plan_snapshot_id))
        assert history.get_job_snapshot(str(last.job_snapshot_id))


def test_weeks_of_runs_take_no_more_rows_than_the_first(settings: Settings, home: Path, ingest: dg.JobDefinition) -> None:
    """A run a day of one month, each of another selection than the day before; two days are kept. One month, so one run more stays."""
    settings.keep_history_days = 2
    counted, days = [], 9
    with dg.DagsterInstance.get() as history:
        for day in range(days):
            keys = [candles.key, funding.key][: 1 + day % 2]
            run = ingest.execute_in_process(instance=history, partition_key="2026-03-01", asset_selection=keys)
            at = NOW + timedelta(days=day)
            with closing(sqlite3.connect(home / "runs.db")) as connection, connection:
                told = (f"{at:%Y-%m-%d %H:%M:%S}", run.run_id)
                connection.execute("update runs set create_timestamp = ? where run_id = ?", told)
            prune(settings, history, at + timedelta(hours=1))
            counted.append(rows(home))
    assert counted[4] == counted[6] == counted[8]
    assert counted[5] == counted[7]
    assert counted[0]["runs"] < counted[8]["runs"] <= 4


def test_the_settings_say_how_long(settings: Settings) -> None:
    settings.keep_history_days = 2
    with dg.DagsterInstance.ephemeral() as history:
        idle.execute_in_process(instance=history)
        assert prune(settings, history, NOW + timedelta(days=1)).runs == 0
        assert prune(settings, history, NOW + timedelta(days=3)).runs == 1


def test_old_logs_of_runs_go_and_nothing_else(settings: Settings) -> None:
    storage = settings.data_dir / "dagster" / "storage"
    old, young = (storage / str(uuid.uuid4()) for _ in range(2))
    for folder in (old, young, storage / "theirs"):
        (folder / "compute_logs").mkdir(parents=True)
        (folder / "compute_logs" / "fetch.out").write_text("told")
    aged(old, 31), aged(young, 29), aged(storage / "theirs", 400)
    with dg.DagsterInstance.ephemeral() as history:
        assert prune(settings, history, NOW).logs == 1
    assert sorted(path.name for path in storage.iterdir()) == sorted([young.name, "theirs"])


def test_old_locks_of_runs_go_unless_one_is_held(settings: Settings) -> None:
    names = [str(uuid.uuid4()) for _ in range(3)]
    locks = [lock_of(settings, name) for name in names]
    for lock in locks:
        with lock:
            pass
    with locks[0], dg.DagsterInstance.ephemeral() as history:
        for lock, days in zip(locks, (31, 31, 29), strict=True):
            aged(Path(lock.lock_file), days)
        prune(settings, history, NOW)
        assert sorted(path.stem for path in (settings.state_dir / "runs").iterdir()) == sorted([names[0], names[2]])


@pytest.mark.parametrize(("removed", "is_smaller"), [(900, True), (100, False)])
def test_the_disk_is_given_back_where_much_was_removed(removed: int, is_smaller: bool, settings: Settings) -> None:
    path = settings.data_dir / "dagster" / "event_log.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table events (id integer primary key, body blob)")
        connection.executemany("insert into events values (?, zeroblob(5000))", [(number,) for number in range(1000)])
        connection.commit()
        connection.execute("delete from events where id < ?", [removed])
    before = path.stat().st_size
    freed = vacuum(settings)
    assert (freed > 0.8 * before) is is_smaller
    assert path.stat().st_size == before - freed
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*), min(id) from events").fetchone() == (1000 - removed, removed)
