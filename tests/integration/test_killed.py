"""Killed at any instant, the next run completes; no row is lost, none doubled; the publication is always whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from house import FEW, House

from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=4)
COMMAND = [str(Path(sys.executable).parent / "perps"), "sync", "--from", FIRST.isoformat(), "--to", LAST.isoformat()]
AFTER_SECONDS = (6.0, 9.0, 12.0, 15.0)  # in ingestion, in the facts, in the gate, in the marts: about, machines differ


def kill_after(house: House, seconds: float) -> None:
    environment = {**os.environ, **house.environment}
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def test_the_next_run_completes(house: Callable[..., House]) -> None:
    with Simulator(Truth(start=FIRST, days=6, assets=["BTC", "ETH", "PEPE"]), now=datetime.now(UTC)) as simulator:
        clean, killed = (house(simulator.base_urls(), PERPS_SOURCES=FEW) for _ in range(2))
        assert clean.sync(FIRST, LAST).exit_code == 0
        for seconds in AFTER_SECONDS:
            kill_after(killed, seconds)
            assert_whole(killed.folder / "published" / "perps.duckdb")
        assert killed.sync(FIRST, LAST).exit_code == 0
    ours, theirs = killed.published(), clean.published()
    for table in theirs:
        assert ours[table] == theirs[table], table
    assert not list((killed.folder / "raw").rglob("*.partial")) or killed.sync(FIRST, LAST).exit_code == 0


def assert_whole(path: Path) -> None:
    """Nothing published yet, or a file that opens with all its tables."""
    if path.exists():
        with duckdb.connect(str(path), read_only=True) as connection:
            assert connection.execute("select count(*) from duckdb_tables() where schema_name = 'marts'").fetchall() == [(4,)]
