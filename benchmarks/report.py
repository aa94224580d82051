"""How measurements are told: progress while they run, then tables of Markdown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from orchestration.tables import markdown


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    print(f"\n### {title}\n\n{markdown(header, rows)}", flush=True)


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what slows a whole round down falls out of it."""
    return float(f"{median(one / other for one, other in zip(numerators, denominators, strict=True)):.2f}")


def middle(values: Sequence[float], digits: int | None = 2) -> float:
    """The median; whole numbers with `digits` None."""
    return round(median(values), digits)
