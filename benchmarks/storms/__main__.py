"""`python -m benchmarks.storms FOLDER docs/storms.md`: the page, and its picture beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # sums in one order: the same digits on every machine

from benchmarks.storms.forecasts import forecasts
from benchmarks.storms.history import days
from benchmarks.storms.ours import judged
from benchmarks.storms.page import page, picture


def main(folder: Path, target: Path) -> None:
    known = days(folder)
    marts = judged(known)
    odds = forecasts(known, marts)
    target.write_text(page(odds, marts), encoding="utf-8")
    picture(odds, target.with_suffix(".svg"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
