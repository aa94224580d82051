"""Killed at any instant, the next run completes; no row is lost, none doubled; the publication is always whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from house import FEW, House

from benchmarks.chaos.daemon import WITHIN_SECONDS, Left, killed_at_every_stage
from orchestration import compiled
from orchestration.runs import JOBS
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=4)
COMMAND = [str(Path(sys.executable).parent / "perps"), "sync", "--from", FIRST.isoformat(), "--to", LAST.isoformat()]


def _owed(folder: Path) -> dict[str, Any]:
    """What the steps owe each other; empty while nobody has written it down."""
    try:
        found: dict[str, Any] = json.loads((folder / "state" / "debts.json").read_text())
        return found
    except (OSError, ValueError):
        return {}


def _to_judge(folder: Path) -> Any:
    """Months that wait for a verdict, "all" of them, or None while nobody has written it down."""
    owed = _owed(folder)
    return (owed["judge"]["months"] if owed["judge"]["months"] is not None else "all") if owed else None


MOMENTS: dict[str, Callable[[Path], bool]] = {  # seen in the files of a house, so that no moment hangs on how fast a machine is
    "fetching": lambda folder: any(folder.glob("raw/*/*/month=2*/part.parquet")),
    "building facts": lambda folder: bool(_owed(folder)) and not (folder / "state" / "built.json").exists(),
    "judging": lambda folder: _to_judge(folder) not in (None, []) and (folder / "state" / "built.json").exists(),
    "building marts": lambda folder: _to_judge(folder) == [] and bool(_owed(folder)["facts"]),
    "publishing": lambda folder: _owed(folder).get("facts") == {} and _owed(folder)["is_publication_due"],
}


@pytest.fixture(scope="module", autouse=True)
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """Runs of Dagster's killed at every stage, and its daemon, which has little to do and a minute to wait: while the others are tested."""
    with killed_at_every_stage(tmp_path_factory.mktemp("left")) as found:
        yield found


def kill_when(house: House, is_the_moment: Callable[[Path], bool]) -> None:
    """Run the daily job and kill it as soon as its files tell that moment."""
    environment = {**os.environ, **house.environment}
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not is_the_moment(house.folder):
            assert process.poll() is None, "it ended before the moment came"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)


def test_the_next_run_completes(house: Callable[..., House]) -> None:
    with Simulator(Truth(start=FIRST, days=6, assets=["BTC", "ETH", "PEPE"]), now=datetime.now(UTC)) as simulator:
        clean, killed = (house(simulator.base_urls(), PERPS_SOURCES=FEW) for _ in range(2))
        assert clean.sync(FIRST, LAST).exit_code == 0
        for is_the_moment in MOMENTS.values():
            kill_when(killed, is_the_moment)
            assert_whole(killed)
        assert killed.sync(FIRST, LAST).exit_code == 0
        assert_whole(killed)
    ours, theirs = killed.published(), clean.published()
    for table in theirs:
        assert ours[table] == theirs[table], table
    left = [path for zone in ("raw", "landing") for path in (killed.folder / zone).rglob("*.partial")]
    assert [path for path in left if path.parts[-3] != "perps"] == []


def assert_whole(house: House) -> None:
    """Nothing published yet, or a file that opens with all its tables."""
    path = house.folder / "published" / "perps.duckdb"
    if path.exists():
        marts = {f"{node.schema}.{node.name}" for node in compiled.plan(house.enter()).of_layers("marts")}
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        assert {name for (name,) in found} >= marts


def test_a_daemon_alone_lets_the_next_scheduled_run_out(left: Left) -> None:
    """The queue allows one run: each killed one would hold it for ever."""
    assert set(left.killed) == {"starting", "started", *JOBS["daily"]}
    found = left.following()
    assert found, (left.folder / "daemon.log").read_text()[-2000:]
    assert found.ends == dict.fromkeys(left.killed, "FAILURE")
    assert found.seconds_of_daemon <= WITHIN_SECONDS
