"""`python -m benchmarks.screenshots [--only report|dagster]`: pages of the report and of Dagster's UI as pictures for the documents.

Belongs here: which pages, how large, and how the pictures are made small. Does not: the browser (chromium.py), Dagster's UI
(dagster_ui.py).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from benchmarks.chromium import BrowserError, Tab, browser
from benchmarks.dagster_ui import NOT_YET, View, dagster_ui, views
from ingestion.settings import load_settings
from orchestration.published import published_file
from orchestration.report import write_report
from orchestration.report.pages import PAGES, page_file

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SCREEN, PHONE = (1280, 1100), (390, 844)
COLOURS = 256  # of a palette that keeps the small areas' too: lines and signs have theirs
LARGEST_BYTES = 200_000
SETTLED_SECONDS = 3.0  # Dagster's pages draw on after their words are there
DRAWN = "document.documentElement.dataset.drawn"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__)
    parser.add_argument("--only", choices=SUBJECTS, help="pictures of one of them")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        for subject in [options.only] if options.only else SUBJECTS:
            for path in SUBJECTS[subject](options.out):
                print(f"{path}  {path.stat().st_size / 1e3:.0f} kB")
    except BrowserError as error:
        sys.exit(str(error))


def _of_report(out: Path) -> list[Path]:
    with tempfile.TemporaryDirectory() as folder, browser() as tab:
        write_report(published_file(load_settings()), Path(folder))
        return pictures(tab, Path(folder), out)


def _of_dagster(out: Path) -> list[Path]:
    last_month = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m}"
    with dagster_ui(load_settings()) as address, browser() as tab:
        tab.open(address, "document.body")
        return [_view(tab, address, view, out / f"dagster-{view.name}.png") for view in views(last_month)]


SUBJECTS = {"report": _of_report, "dagster": _of_dagster}


def pictures(tab: Tab, folder: Path, out: Path) -> list[Path]:
    """Each page in light; the first one in dark and on a phone too."""
    wanted = [(page.name, page.name, SCREEN, "light") for page in PAGES]
    wanted += [("market", "market-dark", SCREEN, "dark"), ("asset", "asset-phone", PHONE, "light")]
    return [_picture(tab, folder / page_file(page), out / f"report-{name}.png", size, scheme) for page, name, size, scheme in wanted]


def _picture(tab: Tab, page: Path, path: Path, size: tuple[int, int], scheme: str) -> Path:
    tab.size(*size)
    tab.prefer(scheme)
    tab.problems.clear()
    tab.open(page.as_uri(), DRAWN)
    if tab.problems:
        raise BrowserError(f"{page.name}: {tab.problems}")
    return _kept(tab, path)


def _view(tab: Tab, address: str, view: View, path: Path) -> Path:
    tab.size(*view.size)
    tab.prefer("light")
    tab.value(view.before)
    seen = "document.body.innerText.includes({})".format
    tab.open(address + view.address, seen(json.dumps(view.words)))
    time.sleep(SETTLED_SECONDS)
    tab.wait(" && ".join(f"!{seen(json.dumps(word))}" for word in NOT_YET))
    return _kept(tab, path, view.left)


def _kept(tab: Tab, path: Path, left: int = 0) -> Path:
    """What is seen, in few colours, without so many pixels at its left."""
    with Image.open(io.BytesIO(tab.picture())) as seen:
        few = seen.convert("RGB").crop((left, 0, *seen.size)).quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(path, "PNG", optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise BrowserError(f"{path}: {path.stat().st_size} bytes, more than {LARGEST_BYTES}")
    return path


if __name__ == "__main__":
    main()
