"""Files that are there whole or not at all, and what a killed writer leaves."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.run.attempts import record
from ingestion.run.ingest import ensure_tables
from ingestion.run.outcome import SourceResult
from ingestion.settings import Settings
from ingestion.store.landing import write_parquet
from ingestion.store.whole import clear_leftovers, write_whole
from orchestration.journal import Journal


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.json"
    write_whole(path, "old")
    write_whole(path, b"new")
    assert path.read_text() == "new"
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]


WRITES: dict[str, Callable[[Path, bytes], None]] = {
    "parquet": lambda path, noise: write_parquet(pl.DataFrame({"body": [noise]}), path),
    "small": write_whole,
}


@pytest.mark.parametrize("kind", WRITES)
def test_a_write_that_fails_leaves_nothing(kind: str, tmp_path: Path) -> None:
    """As on a full disk: no file of this process may grow beyond 100 kB."""
    noise, limits = os.urandom(500_000), resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            WRITES[kind](tmp_path / "file.parquet", noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folder = tmp_path / "klines" / "month=2026-11"
    folder.mkdir(parents=True)
    for beside in (folder, folder.parent):
        for name in ("part.parquet", f"part.{dead.pid}.partial", f"part.{os.getpid()}.partial", "part.partial"):
            (beside / name).touch()
    clear_leftovers(tmp_path / "klines")
    for beside in (folder, folder.parent):
        left = sorted(path.name for path in beside.iterdir() if path.is_file())
        assert left == sorted(["part.parquet", f"part.{os.getpid()}.partial"])
    clear_leftovers(tmp_path / "nothing there")


@pytest.mark.parametrize("place", ["state", "state/runs", "raw/perps/ingestion_attempts/month=2026-11", "raw/_quarantine/shop/items"])
def test_a_run_clears_what_a_killed_one_left_half_written(place: str, settings: Settings, shop: Any) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = settings.data_dir / place / f"some.{dead.pid}.partial"
    left.parent.mkdir(parents=True)
    left.touch()
    source = shop()
    ensure_tables(settings, source)
    record(settings, [SourceResult("shop", "ok")], [source], "run", datetime(2026, 11, 2, tzinfo=UTC), None)
    assert not left.exists()


def test_a_build_without_ingestion_clears_them_too(settings: Settings) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = settings.state_dir / f"debts.{dead.pid}.partial"
    write_whole(left, "half")
    with Journal.begun(settings, "one", "build", None, None, False):
        assert not left.exists()
