"""`python -m benchmarks [--archive DIR]`, or `make bench`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from benchmarks import archive, sources


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--archive", type=Path, help="a mirror of the archive to serve instead of the simulated one")
    arguments = parser.parse_args()
    sources.run(Console())
    archive.run(Console(), arguments.archive)


if __name__ == "__main__":
    main()
