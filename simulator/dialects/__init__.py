"""The dialects: one file per source, found by being here. A module that has `DIALECT` is one; others hold parts of a large one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from simulator.dialect import Dialect
from simulator.venue import Venue


@cache
def dialects() -> dict[str, Dialect]:
    """Source → dialect, of every module of this package that has one."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = (getattr(module, "DIALECT", None) for module in modules)
    return {dialect.source: dialect for dialect in found if dialect is not None}


def venues() -> list[Venue]:
    """The venues that some dialect declares."""
    return [dialect.venue for dialect in dialects().values() if dialect.venue is not None]
