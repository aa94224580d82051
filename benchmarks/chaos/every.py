"""All of it, one part after the other. Belongs here: the order and the sizes. Does not: what a part does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from benchmarks.report import progress

PARTS = ("mutants", "wire", "readers", "hardships", "kills", "daemon")
WIRE_SHARE = 0.2


def run(parts: Sequence[str], kills: int, mutants: int, publications: int, seed: int) -> bool:
    """Print a table for each part; True when nothing was lost, doubled, torn or taken for something else."""
    sizes: dict[str, tuple[Any, ...]] = {
        "mutants": (mutants, seed), "wire": (WIRE_SHARE, seed), "readers": (publications,), "kills": (kills, seed)
    }  # fmt: skip
    is_right = True
    for part in (one for one in PARTS if one in parts):
        began = time.monotonic()
        work: Callable[..., bool] = import_module(f"benchmarks.chaos.{part}").run  # which imports much: when it is wanted
        is_right = work(*sizes.get(part, ())) and is_right
        progress(f"{part}: {time.monotonic() - began:.0f} s")
    return is_right
