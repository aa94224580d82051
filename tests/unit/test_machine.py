"""What doctor and status say of this machine: runs that were killed, locks, disk, versions."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration import machine
from orchestration.journal import killed
from orchestration.locks import warehouse_lock
from orchestration.machine import facts
from orchestration.overview import overview


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room on the disk, and the packages that were tested with, whatever this machine has."""
    usage = shutil.disk_usage(Path("/"))
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage._replace(free=10 * machine.LEAST_FREE_BYTES))
    monkeypatch.setattr(machine, "_lock_file", lambda: "".join(f"{name}=={machine._installed(name)}\n" for name in machine.MATTER))


def run(settings: Settings, name: str, job: str, began: str, ended: str | None) -> None:
    """A journal as a run leaves it: one that was killed has no end."""
    told = {
        "run_id": name, "job": job, "first_day": None, "last_day": None, "sources": [], "is_catch_up": False, "began_at": began,
        "ended_at": ended, "is_success": True if ended else None, "error": None, "failed_step": None, "records": [],
    }  # fmt: skip
    folder = settings.state_dir / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(told))


def wrong(settings: Settings) -> dict[str, str]:
    return {fact.what: fact.found for fact in facts(settings) if fact.is_wrong}


def test_an_empty_folder_is_nothing_wrong(settings: Settings) -> None:
    assert wrong(settings) == {}
    assert not settings.data_dir.exists()


def test_a_killed_run_is_told_until_one_of_its_job_comes_to_its_end(settings: Settings) -> None:
    run(settings, "a", "daily", "2026-03-01T01:00:00+00:00", None)
    run(settings, "b", "snapshot", "2026-03-01T02:00:00+00:00", "2026-03-01T02:05:00+00:00")
    assert killed(settings) == [("daily", "2026-03-01T01:00:00+00:00")]
    assert wrong(settings) == {"runs": "daily of 2026-03-01T01:00 was killed"}
    needs = {(need.what, need.where) for need in overview(settings, ["kraken"]).needs}
    assert needs == {("killed", "daily of 2026-03-01T01:00"), ("never fetched", "kraken: instruments, tickers, candles and 3 more")}
    run(settings, "c", "daily", "2026-03-02T01:00:00+00:00", "2026-03-02T01:05:00+00:00")
    assert killed(settings) == []


def test_a_full_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(Path("/"))
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage._replace(free=machine.LEAST_FREE_BYTES - 1))
    assert wrong(settings) == {"disk": "2 GB free"}


def test_a_lock_that_is_held_is_told_and_no_fault(settings: Settings) -> None:
    settings.state_dir.mkdir(parents=True)
    with warehouse_lock(settings):
        told = {fact.found: fact.is_wrong for fact in facts(settings) if fact.what == "locks"}
    ((found, is_wrong),) = told.items()
    assert found.startswith(f"held: warehouse by process {os.getpid()} (")
    assert not is_wrong
    assert [fact.found for fact in facts(settings) if fact.what == "locks"] == ["none held"]


def test_a_warehouse_that_cannot_be_opened_is_told(settings: Settings) -> None:
    settings.data_dir.mkdir()
    duckdb.connect(str(settings.warehouse)).close()
    assert wrong(settings) == {}
    settings.warehouse.write_bytes(b"this is no database, however long it is" * 1000)
    assert list(wrong(settings)) == ["warehouse"]


def test_a_package_of_another_version_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    told = machine._lock_file()
    before = machine._installed("duckdb")
    monkeypatch.setattr(machine, "_lock_file", lambda: told.replace(f"duckdb=={before}", "duckdb==0.0.1", 1))
    assert wrong(settings) == {"packages": f"duckdb {before}, tested with 0.0.1"}
