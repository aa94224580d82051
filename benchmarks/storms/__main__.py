"""`python -m benchmarks.storms FOLDER docs/storms.md`: the page, and its picture beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from threadpoolctl import threadpool_limits  # scikit-learn brings it

from benchmarks.storms.forecasts import forecasts
from benchmarks.storms.history import days
from benchmarks.storms.ours import judged
from benchmarks.storms.page import page, picture


def main(folder: Path, target: Path) -> None:
    known = days(folder)
    marts = judged(known)
    with threadpool_limits(1):  # sums in one order: the same digits on any number of cores
        odds = forecasts(known, marts)
        target.write_text(page(odds, marts), encoding="utf-8")
    picture(odds, target.with_suffix(".svg"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
