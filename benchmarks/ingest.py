"""`perps ingest` beside dlt, ccxt and a hand-written floor: the same exchange, the same rows, in the same minutes.

Each round runs every program through the phases, beginning with another one each time; a ratio is the median of the rounds' own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.days import closed_day
from benchmarks.exchange.process import ExchangeProcess
from benchmarks.measure import Measured, measure
from benchmarks.programs import OURS, PROGRAMS, Phase, Program, phases
from benchmarks.report import middle, progress, ratio, show

PHASES = ("fresh", "again", "+1 day")


@dataclass(frozen=True)
class Run:
    """One program's phase in one round."""

    cost: Measured
    differences: list[str]
    requests: int
    rows: int


Runs = dict[tuple[str, str], list[Run]]


def run(symbols: int, days: int, rounds: int) -> bool:
    """Measure and print the tables; false when a program loaded anything else than the truth."""
    last = closed_day(before=1)
    first = last - timedelta(days=days - 1)
    runs: Runs = defaultdict(list)
    with ExchangeProcess(symbols, first, last + timedelta(days=1)) as exchange, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            shift = number % len(PROGRAMS)
            for program in PROGRAMS[shift:] + PROGRAMS[:shift]:
                for phase in phases(first, last):
                    one = _one(exchange, program, phase, Path(folder) / program.name.replace(" ", "-"))
                    runs[program.name, phase.name].append(one)
                    verdict = "; ".join(one.differences) or "rows right"
                    progress(f"round {number + 1}/{rounds}: {program.name}, {phase.name}: {one.cost.seconds:.2f} s, {verdict}")
    _print(runs, f"{symbols} symbols × {days} days, {rounds} rounds")
    return not any(one.differences for of_phase in runs.values() for one in of_phase)


def _one(exchange: ExchangeProcess, program: Program, phase: Phase, folder: Path) -> Run:
    if phase.name == "fresh":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    exchange.set_clock(phase.end)
    cost = measure(program.command(exchange.url, folder, phase), program.settings(exchange.url, folder), folder)
    truth, served = exchange.truth(phase.first, phase.end), exchange.stats()
    return Run(cost, program.loaded(folder).differences(truth), served["requests"], truth["candles"] + truth["settlements"])


def _print(runs: Runs, size: str) -> None:
    lines = []
    for program in PROGRAMS:
        for phase in PHASES:
            mine = runs[program.name, phase]
            costs = [one.cost for one in mine]
            wrong = [difference for one in mine for difference in one.differences]
            lines.append(
                (
                    program.name, phase, middle([one.seconds for one in costs]), middle([one.cpu_seconds for one in costs]),
                    middle([one.peak_megabytes for one in costs], None), mine[-1].requests, f"WRONG: {wrong[0]}" if wrong else "right",
                )
            )  # fmt: skip
    header = ("program", "phase", "seconds", "CPU seconds", "peak MB", "requests", "rows against the exchange's truth")
    show(f"Loading an exchange: {size}", header, lines)
    print(f"\n{runs[OURS, 'fresh'][0].rows:,} rows fresh. Medians of the rounds; server on the same machine.")
    ratios = [
        (f"{OURS} ÷ {peer.name}", *(ratio(_costs(runs, OURS, p, kind), _costs(runs, peer.name, p, kind)) for kind in KINDS for p in PHASES))
        for peer in PROGRAMS
        if peer.name != OURS
    ]
    show("Ratios, median of the rounds' own", ("", *(f"{phase}, {KINDS[kind]}" for kind in KINDS for phase in PHASES)), ratios)


KINDS = {"seconds": "wall", "cpu_seconds": "CPU"}


def _costs(runs: Runs, program: str, phase: str, kind: str) -> list[float]:
    return [getattr(one.cost, kind) for one in runs[program, phase]]
