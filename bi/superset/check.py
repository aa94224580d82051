"""Proves that the dashboard draws: every chart through Superset's own interface and in a browser, before and
after ten publications.

Belongs here: what is asked and what must come. Does not: the browser (browser.py). Run by Superset's Python,
in one process with nothing of ours but the list of charts; it swaps a copy of the publication, and one
Superset and one open page live through all of it.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import requests

from bi.superset.app import USER, Superset
from bi.superset.assets import listed
from bi.superset.browser import Page
from bi.superset.drawn import Chart, charts

SWAPS, KEPT = 10, 3
NEWEST = "select max(date) from marts.mart_venue_asset_daily"


class Asked:
    """Superset's interface, as a program uses it."""

    def __init__(self, app: Superset) -> None:
        self.address, self.session = app.address, requests.Session()
        login = {"username": USER, "password": app.password, "provider": "db", "refresh": True}
        token = self._json("post", "security/login", json=login)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.charts = {one["slice_name"]: one for one in self._json("get", "chart/?q=(page_size:100)")["result"]}

    def rows(self, chart: Chart) -> list[dict[str, Any]]:
        """What the chart's query gives; SystemExit where it fails."""
        query = chart.query(self.charts[chart.title]["datasource_id"])
        result = self._json("post", "chart/data", json=query)["result"][0]
        if result["status"] != "success":
            raise SystemExit(f"{chart.title}: {result['error']}")
        found: list[dict[str, Any]] = result["data"]
        return found

    def _json(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.address}/api/v1/{path}", timeout=60, **content)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found


def main(address: str, home: str, published: str, pictures: str) -> None:
    app, pages = Superset(Path(home), int(address.rsplit(":", 1)[1])), [page["name"] for page in listed()["pages"]]
    asked = Asked(app)
    _draw_all(asked)
    with Page(app, Path(pictures)) as page:
        for name in pages[:3]:
            page.draw(name, to=f"superset_{_file_name(name)}.png")
        for number in range(2, SWAPS + 2):
            _swap(Path(published), number)
            _shows_newest(asked, Path(published))
        print(f"{SWAPS} publications: the newest day is right after each", flush=True)
        for name in pages[3:]:
            page.draw(name, to=f"superset_{_file_name(name)}.png")
        page.open()
        for name in pages:
            page.draw(name)
    _draw_all(asked)


def _draw_all(asked: Asked) -> None:
    """Every chart has rows, but those that tell of failures, which may have none."""
    for chart in charts(listed()):
        started = time.perf_counter()
        rows = asked.rows(chart)
        if not rows and chart.data != "held_back":
            raise SystemExit(f"{chart.title}: no rows")
        print(f"{chart.title}: {len(rows)} rows, {time.perf_counter() - started:.2f} s", flush=True)


def _swap(published: Path, number: int) -> None:
    """One more version, without the newest day of the one before, and the link to it by one rename, as publications do it."""
    last = (published / "current").resolve()
    version = published / "versions" / f"{number:06}"
    shutil.copytree(last, version)
    with duckdb.connect(str(version / "perps.duckdb")) as connection:
        connection.execute(f"delete from marts.mart_venue_asset_daily where date = ({NEWEST})")
    link = published / ".current"
    link.symlink_to(f"versions/{version.name}")
    link.replace(published / "current")
    for older in sorted((published / "versions").iterdir())[:-KEPT]:
        shutil.rmtree(older)


def _shows_newest(asked: Asked, published: Path) -> None:
    with duckdb.connect(str(published / "current" / "perps.duckdb"), read_only=True) as connection:
        (newest,) = connection.execute(NEWEST).fetchone() or (None,)
    volume = next(chart for chart in charts(listed()) if chart.title == "Volume")
    shown = max(row["date"] for row in asked.rows(volume))
    if time.strftime("%Y-%m-%d", time.gmtime(shown / 1000)) != str(newest):
        raise SystemExit(f"after a publication Superset shows {shown} as the newest day, the file has {newest}")


def _file_name(page: str) -> str:
    return page.lower().replace(" ", "_")


if __name__ == "__main__":
    main(*sys.argv[1:])
