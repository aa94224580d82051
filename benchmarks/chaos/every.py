"""All of it, one part after the other. Belongs here: the order and the sizes. Does not: what a part does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from benchmarks.report import progress

PARTS = ("mutants", "wire", "readers", "hardships", "kills", "daemon")
WIRE_SHARE = 0.2


def run(parts: Sequence[str], kills: int, mutants: int, publications: int, seed: int) -> bool:
    """Print a table for each part; True when nothing was lost, doubled, torn or taken for something else."""
    works: dict[str, Callable[[], bool]] = {
        "mutants": lambda: _mutants(mutants, seed), "wire": lambda: _wire(seed), "readers": lambda: _readers(publications),
        "hardships": _hardships, "kills": lambda: _kills(kills, seed), "daemon": _daemon,
    }  # fmt: skip
    is_right = True
    for part in (one for one in PARTS if one in parts):
        began = time.monotonic()
        is_right = works[part]() and is_right
        progress(f"{part}: {time.monotonic() - began:.0f} s")
    return is_right


def _mutants(count: int, seed: int) -> bool:  # what a part imports, it imports when it runs
    from benchmarks.chaos import mutants

    return mutants.run(count, seed)


def _wire(seed: int) -> bool:
    from benchmarks.chaos import wire

    return wire.run(WIRE_SHARE, seed)


def _readers(publications: int) -> bool:
    from benchmarks.chaos import readers

    return readers.run(publications)


def _hardships() -> bool:
    from benchmarks.chaos import hardships

    return hardships.run()


def _kills(count: int, seed: int) -> bool:
    from benchmarks.chaos import kills

    return kills.run(count, seed)


def _daemon() -> bool:
    from benchmarks.chaos import daemon

    return daemon.run()
