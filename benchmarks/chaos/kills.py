"""`kill -9` at random instants: of the whole chain, of ingestion alone, of publication alone. Then a run that is let be, and a look.

Belongs here: the kills, and the counts of what was found. Does not: processes (killing.py), the looking at folders (data.py).
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.chaos import children, data
from benchmarks.chaos.killing import KILLED, killed_in, killed_within, undisturbed, undisturbed_job
from benchmarks.report import progress, show
from ingestion.venue.registry import all_sources
from orchestration.environment import NO_KEY
from simulator.child import SimulatorProcess

SOURCES = ("binance", "okx", "hyperliquid", "defillama")
STEPS = ("fetch_sources", "build_facts", "judge_facts", "build_marts", "publish")
A_CHAIN = 10  # kills before a run is let be
CHAIN_SHARE, INGEST_SHARE = 10, 4  # of all kills: one in so many of the whole chain, of ingestion; the rest of publication


@dataclass
class Found:
    """What kills of one kind came to; `wrong` counts by what was wrong."""

    kills: int = 0
    finished: int = 0
    runs: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def expect(self, is_right: bool, what: str) -> None:
        if not is_right:
            self.wrong[what] += 1
            progress(f"wrong: {what}")


@dataclass(frozen=True)
class World:
    """A simulated market of two closed days: the first is in `start`, both in `whole`, which was never disturbed."""

    folder: Path
    environment: dict[str, str]
    days: tuple[date, date]
    seconds: dict[str, float]

    def copy(self, name: str) -> tuple[Path, dict[str, str]]:
        """A folder that holds the first day, and the settings that go with it."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "start", target, symlinks=True)
        return target, self.environment | {"PERPS_DATA_DIR": str(target)}


@contextmanager
def world() -> Iterator[World]:
    """Made once: the simulator as a process, the first day built and published, the second too in a copy."""
    last = datetime.now(UTC).date() - timedelta(days=1)
    first = last - timedelta(days=1)
    with SimulatorProcess(first, 3, datetime.now(UTC)) as simulator, tempfile.TemporaryDirectory() as made:
        folder, urls = Path(made), simulator.base_urls()
        environment = {f"PERPS_BASE_URL__{source.upper()}": urls[source] for source in SOURCES}
        environment |= {"PERPS_SOURCES": ",".join(SOURCES), "PERPS_MARKETS": "*BTC*,*ETH*", "PERPS_RATE_LIMIT_FACTOR": "1000"}
        environment |= {source.key_variable: NO_KEY for source in all_sources().values() if source.key_variable}
        environment |= {"PERPS_ATTEMPTS": "2", "PERPS_RETRY_SECONDS": "0.01"}
        progress("a simulated day, built and published …")
        code, _ = undisturbed_job(children.job, environment | {"PERPS_DATA_DIR": str(folder / "start")}, "daily", (first, first))
        found = World(folder, environment, (last, last), {})
        _, whole = found.copy("whole")
        again, seconds = undisturbed_job(children.job, whole, "daily", found.days)
        if code or again:
            raise RuntimeError(f"an undisturbed run ended with {code}, {again}")
        found.seconds.update(seconds)
        progress(f"an undisturbed day: {', '.join(f'{step} {took:.1f} s' for step, took in seconds.items())}")
        yield found


def kill_chain(one: World, count: int, rng: random.Random) -> Found:
    """The daily job, killed in a step drawn at random, ten times one after the other; then once not."""
    found, expected = Found(), data.published(one.folder / "whole")
    while found.kills < count:
        folder, environment = one.copy("killed")
        for _ in range(min(A_CHAIN, count - found.kills)):
            step, code = killed_in(rng.choice(STEPS), one.seconds, rng, children.job, environment, "daily", one.days)
            found.expect(code in (0, KILLED), f"a run after a kill ended with {code}")
            found.kills, found.finished = found.kills + (step is not None), found.finished + (step is None)
            found.steps[step or "after its end"] += 1
            found.expect(data.is_whole(folder), "a publication that is not whole after a kill")
        code, _ = undisturbed_job(children.job, environment, "daily", one.days)
        found.runs += 1
        found.expect(code == 0, f"the next run ended with {code}")
        _look(found, folder)
        for table in data.differing(data.published(folder), expected):
            found.expect(False, f"rows of {table}")
        progress(f"{found.kills} of {count} kills of the whole chain: {dict(found.steps)}")
    return found


def kill_ingestion(one: World, count: int, rng: random.Random) -> Found:
    """Ingestion of two days into an empty folder."""
    days = (one.days[0] - timedelta(days=1), one.days[1])  # `one.days` is the second of the world's two
    quiet = one.environment | {"PERPS_DATA_DIR": str(one.folder / "fetched")}
    code, seconds = undisturbed_job(children.job, quiet, "ingest", days)
    found, expected = Found(), data.raw(one.folder / "fetched", SOURCES)
    found.expect(code == 0, "an undisturbed run failed")
    while found.kills < count:
        folder = one.folder / "fetching"
        shutil.rmtree(folder, ignore_errors=True)
        environment = one.environment | {"PERPS_DATA_DIR": str(folder)}
        for _ in range(min(A_CHAIN, count - found.kills)):
            step, code = killed_in("fetch_sources", seconds, rng, children.job, environment, "ingest", days)
            found.expect(code in (0, KILLED), f"a run after a kill ended with {code}")
            found.kills, found.finished = found.kills + (step is not None), found.finished + (step is None)
        code, _ = undisturbed_job(children.job, environment, "ingest", days)
        found.runs += 1
        found.expect(code == 0, f"the next run ended with {code}")
        _look(found, folder)
        for table in data.differing(data.raw(folder, SOURCES), expected):
            found.expect(False, f"rows of {table}")
        progress(f"{found.kills} of {count} kills of ingestion")
    return found


def kill_publication(count: int, rng: random.Random) -> Found:
    """A small warehouse that is published; after every kill the version that is out is looked at, and the next one comes out."""
    found, number = Found(), 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        took = min(undisturbed(children.publication, folder, -one)[1] for one in (3, 2, 1))  # the first waits for the imports
        while found.kills < count:
            number += 1
            code = killed_within(took, rng, children.publication, folder, number)
            is_killed = code == KILLED
            found.expect(code in (0, KILLED), f"a publication after a kill ended with {code}")
            found.kills, found.finished = found.kills + is_killed, found.finished + (not is_killed)
            found.expect(data.is_whole(folder), "a publication that is not whole after a kill")
            found.expect(len(data.numbers(folder, children.TABLES)) == 1, "a publication of two numbers after a kill")
            if number % A_CHAIN == 0:
                number += 1
                code, took = undisturbed(children.publication, folder, number)
                found.runs += 1
                found.expect(code == 0, f"the next publication ended with {code}")
                found.expect(data.numbers(folder, children.TABLES) == {number}, "the next publication is not the last one made")
                for name in data.left_over(folder):
                    found.expect(False, f"left over: {name}")
                progress(f"{found.kills} of {count} kills of publication")
    return found


def _look(found: Found, folder: Path) -> None:
    found.expect(data.bodies_missing(folder) == 0, "rows without their landed body")
    for name in data.left_over(folder):
        found.expect(False, f"left over: {Path(name).parts[0]}/…/{Path(name).name.split('.')[0][:12]}")


def run(count: int, seed: int) -> bool:
    """Print the table; True when nothing was wrong."""
    rng, chain, ingest = random.Random(seed), max(1, count // CHAIN_SHARE), max(1, count // INGEST_SHARE)
    with world() as one:
        found = {
            "ingestion": kill_ingestion(one, ingest, rng),
            "publication of a small warehouse": kill_publication(max(1, count - chain - ingest), rng),
            "the daily job": kill_chain(one, chain, rng),
        }
    steps = ", ".join(f"{step} {times}" for step, times in sorted(found["the daily job"].steps.items()))
    lines = [(name, one.kills, one.finished, one.runs, sum(one.wrong.values())) for name, one in found.items()]
    show("Kills at random instants", ("of what", "killed", "was faster", "runs let be", "wrong"), lines)
    print(f"\nThe daily job was killed in: {steps}.")
    wrong = sum((one.wrong for one in found.values()), Counter())
    for what, times in wrong.most_common():
        print(f"wrong, {times} times: {what}")
    return not wrong
