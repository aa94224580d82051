"""A day of a small warehouse by `perps sync`, beside what it cannot do without: ingestion called directly and its queries run by hand."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import PROJECT, measure
from benchmarks.report import middle, progress, ratio, show
from benchmarks.warehouse import DAYS, SYMBOLS, Warehouse, small_warehouse

DBT = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
Cost = dict[str, float]


def run(rounds: int) -> bool:
    """Measure and print the table, a new day in every round."""
    whole, fetched, asked = [], [], []
    with small_warehouse(days_ahead=rounds) as warehouse:
        for day in warehouse.days_ahead:
            warehouse.exchange.set_clock(day + timedelta(days=1))
            fetched.append(_ingestion(warehouse, day))
            cost = warehouse.perps("sync", "--source", "binance", "--date", day.isoformat())
            whole.append({"seconds": cost.seconds, "cpu_seconds": cost.cpu_seconds})
            asked.append(_queries(warehouse))
            progress(f"{day}: sync {cost.seconds:.1f} s; by hand {fetched[-1]['seconds']:.2f} + {asked[-1]['seconds']:.2f} s")
    least = [{kind: one[kind] + other[kind] for kind in one} for one, other in zip(fetched, asked, strict=True)]
    lines = [
        (name, *(middle([one[kind] for one in costs]) for kind in ("seconds", "cpu_seconds")))
        for name, costs in (("`perps sync`", whole), ("ingestion called directly", fetched), ("queries of facts and marts", asked))
    ]
    ratios = [ratio([one[kind] for one in whole], [one[kind] for one in least]) for kind in ("seconds", "cpu_seconds")]
    title = f"One day of one source, {SYMBOLS} symbols × {DAYS} days before it, {rounds} rounds"
    show(title, ("what", "seconds", "CPU seconds"), [*lines, ("ratio of the first to the other two", *ratios)])
    return True


def _ingestion(warehouse: Warehouse, day: date) -> Cost:
    """Into a copy of landing and raw, so that the measured run finds the day as new as this one."""
    copy = warehouse.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for zone in ("landing", "raw"):
        shutil.copytree(warehouse.folder / "data" / zone, copy / "data" / zone)
    return _by_hand(copy, {**warehouse.environment, "PERPS_DATA_DIR": str(copy / "data")}, "ingestion", day.isoformat())


def _queries(warehouse: Warehouse) -> Cost:
    """As dbt compiles them for the warehouse after that day: incremental models read the months they would rebuild."""
    target = warehouse.folder / "compiled"
    target.mkdir(exist_ok=True)
    command = [*DBT, "--target-path", str(target), "--log-path", str(target)]
    command = [str(PROJECT / part) if part == "dbt_project" else part for part in command]
    measure(command, warehouse.environment, target)
    return _by_hand(target, warehouse.environment, "queries", str(target / "compiled"))


def _by_hand(folder: Path, environment: dict[str, str], *arguments: str) -> Cost:
    measure([sys.executable, "-m", "benchmarks.by_hand", *arguments], environment, folder)
    cost: Cost = json.loads((folder / "last.log").read_text().splitlines()[-1])
    return cost
