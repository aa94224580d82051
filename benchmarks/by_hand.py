"""The least a day can cost: ingestion called directly, and the models' compiled queries run once by DuckDB. Measured inside the process.

`python -m benchmarks.by_hand ingestion DAY` and `… queries COMPILED_FOLDER`, with the settings of `perps`; the last line says the cost.
Starting Python, importing and opening the file are no part of it: they are what a command line adds.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import duckdb

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources

LAYERS = ("facts", "marts")


def ingestion(day: date) -> Callable[[], None]:
    settings, source = load_settings(), all_sources()["binance"]

    def work() -> None:
        (result,) = ingest(settings, [source], Window(day, day))
        if result.problem:
            raise RuntimeError(result.problem)

    return work


def queries(compiled: Path, stack: ExitStack) -> Callable[[], None]:
    """The query of every fact and mart, in a copy of the warehouse."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    files = [path for layer in LAYERS for path in sorted(compiled.rglob(f"models/{layer}/**/*.sql"))]
    texts = [path.read_text() for path in files if path.parent.suffix != ".yml"]  # the others are tests
    if not texts:
        raise FileNotFoundError(f"no compiled models in {compiled}")
    connection = stack.enter_context(duckdb.connect(shutil.copy(load_settings().warehouse, folder)))
    connection.execute("set TimeZone = 'UTC'; set threads = 2; set preserve_insertion_order = false")

    def work() -> None:
        for text in texts:
            connection.execute(f"create or replace temp table result as {text}")

    return work


def main() -> None:
    what, argument = sys.argv[1:]
    with ExitStack() as stack:
        work = ingestion(date.fromisoformat(argument)) if what == "ingestion" else queries(Path(argument), stack)
        began, cpu_began = time.perf_counter(), time.process_time()
        work()
        cost = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu_began}
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
