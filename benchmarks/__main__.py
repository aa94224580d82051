"""`python -m benchmarks [ingest|sync|idle|sources|archive|symbols|scale|memory|space|year|lake|chaos]…`.

`make bench` runs all but the last seven, which take longer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import archive, idle, ingest, lake, memory, scale, sources, space, symbols, sync, year
from benchmarks.chaos import every

LONG = ("symbols", "scale", "memory", "space", "year", "lake", "chaos")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of ingest, sync and idle")
    parser.add_argument("--symbols", type=int, help="of ingest (50) and memory (400)")
    parser.add_argument("--days", type=int, help="of ingest (180), memory (365), space (30) and year (365)")
    parser.add_argument("--snapshots", type=int, default=24, help="of year, a day")
    parser.add_argument("--every", type=int, default=1, help="of year: nights from one daily job to the next, which brings what was missed")
    parser.add_argument("--minutes", type=float, default=600, help="of year: then it stops, and says what it has")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="a mirror of the archive to serve instead of the simulated one")
    parser.add_argument("--part", choices=every.PARTS, action="append", help="of chaos; default: all")
    parser.add_argument("--kills", type=int, default=200, help="of chaos")
    parser.add_argument("--mutants", type=int, default=20_000, help="of chaos")
    parser.add_argument("--publications", type=int, default=100, help="of chaos, beside readers")
    parser.add_argument("--seed", type=int, default=1, help="of chaos: which instants, answers and faults are drawn")
    parser.add_argument("names", nargs="*", metavar="name", help="what to measure; default: all that is short")
    chosen = parser.parse_args()
    works: dict[str, Callable[[], bool]] = {
        "ingest": lambda: ingest.run(chosen.symbols or 50, chosen.days or 180, chosen.rounds),
        "sync": lambda: sync.run(chosen.rounds),
        "idle": lambda: idle.run(chosen.rounds),
        "sources": sources.run,
        "archive": lambda: archive.run(chosen.archive),
        "symbols": symbols.run,
        "scale": scale.run,
        "chaos": lambda: every.run(chosen.part or every.PARTS, chosen.kills, chosen.mutants, chosen.publications, chosen.seed),
        "memory": lambda: memory.run(chosen.symbols or 400, chosen.days or 365),
        "lake": lake.run,
        "space": lambda: space.run(chosen.days or 30),
        "year": lambda: year.run(chosen.days or 365, chosen.snapshots, chosen.every, chosen.minutes),
    }
    if unknown := set(chosen.names) - set(works):
        parser.error(f"no measurement {', '.join(sorted(unknown))}; there are {', '.join(works)}")
    is_right = [work() for name, work in works.items() if (name in chosen.names if chosen.names else name not in LONG)]
    sys.exit(0 if all(is_right) else 1)


if __name__ == "__main__":
    main()
