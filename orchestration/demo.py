"""The demo: the simulator, a snapshot a day as if that job had run for a month, then the daily job over ninety days."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from ingestion.errors import SettingsError
from ingestion.run.past_snapshots import ingest_snapshots
from ingestion.settings import load_settings
from ingestion.store import landing
from ingestion.venue.registry import all_sources
from orchestration.environment import NO_KEY, prepare, variables
from orchestration.progress import bars
from orchestration.runs import Outcome, execute
from simulator.child import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOT_AT = time(23, 55, tzinfo=UTC)
SNAPSHOT_DAYS = 30  # of open interest that has no history; before them only the venues that keep one have it
TABLES = "select schema_name || '.' || table_name as table, estimated_size as rows from duckdb_tables() order by 1"
QUERIES = {
    "Who trades most": """
        select date, venue, volume_usd, volume_share, open_interest_usd, turnover from mart_venue_share_daily
        order by date desc, volume_usd desc limit 4""",
    "What leverage costs": """
        select date, asset, close, open_interest_usd, funding_rate_apr, realised_volatility_7d from mart_asset_daily
        where date = (select max(date) from mart_asset_daily) order by volume_usd desc limit 5""",
    "Which token is paid": """
        select date, protocol, fees_usd, take_rate_bps, holders_reported_share from mart_protocol_scorecard_daily
        where date = (select max(date) from mart_protocol_scorecard_daily) and not is_part order by fees_usd desc nulls last limit 5""",
}


def run_demo(console: Console, days: int) -> Outcome:
    """Everything in `<data dir>/demo`, rebuilt from nothing; prints what was published and where."""
    now = datetime.now(UTC)
    yesterday = now.date() - timedelta(days=1)
    first = yesterday - timedelta(days=days - 1)
    folder = load_settings().data_dir / "demo"
    _clear(folder)
    console.print(f"[bold]A simulated market[/], {first} to {yesterday}, served on loopback; data goes to {escape(str(folder))}")
    with SimulatorProcess(first, days + 1, now) as simulator, _environment(folder, simulator.base_urls()), _compiling():
        prepare()
        with bars(Console(stderr=True)):
            console.print("1/3 a snapshot a day of what has no history")
            evenings = [datetime.combine(now.date() - timedelta(days=back), SNAPSHOT_AT) for back in range(min(days, SNAPSHOT_DAYS), 0, -1)]
            taken = ingest_snapshots(load_settings(), list(all_sources().values()), evenings, simulator.set_now)
            simulator.set_now(now)
            console.print("2/3 the daily job over all days: ingest, build, gate, publish")
            outcome = execute("daily", (first, yesterday))
            console.print("3/3 a report and pictures of it")
            drawn = execute("pictures")
        _show(console)
    outcome.problems = [result.problem for result in taken if result.problem] + outcome.problems + drawn.problems
    return outcome


def _clear(folder: Path) -> None:
    """Remove the demo before this one. Raises SettingsError for a folder that is not marked as simulated: it is somebody's."""
    if folder.exists() and any(folder.iterdir()) and not landing.is_simulated(folder):
        raise SettingsError(f"{folder} is no demo of ours and is left alone: move it away, or set PERPS_DATA_DIR to another folder")
    shutil.rmtree(folder, ignore_errors=True)
    landing.mark_simulated(folder)


@contextmanager
def _compiling() -> Iterator[None]:
    """The build's plan, if there is none yet, is made beside the fetching: it is there when the facts are due, or they wait for it."""
    quiet = subprocess.DEVNULL  # what is wrong with the project, the build says
    with subprocess.Popen([sys.executable, "-P", "-m", "orchestration.compiled"], stdout=quiet, stderr=quiet):
        yield


def _environment(folder: object, base_urls: dict[str, str]) -> AbstractContextManager[None]:
    """The settings of the demo, for this process and for the block only; keys are made up, for the simulator asks for none."""
    values = {f"PERPS_BASE_URL__{source.upper()}": url for source, url in base_urls.items()}
    values |= {source.key_variable: NO_KEY for source in all_sources().values() if source.key_variable}
    values |= {"PERPS_DATA_DIR": str(folder), "PERPS_RATE_LIMIT_FACTOR": "1000", "PERPS_MARKETS": "*", "PERPS_SOURCES": ""}
    return variables(values)


def _show(console: Console) -> None:
    from orchestration.published import ask, published_file
    from orchestration.tables import show

    settings = load_settings()
    path = published_file(settings)
    if not path.exists():
        return
    for title, query in {f"Published: {path}": TABLES, **QUERIES}.items():
        show(console, title, *ask(path, query))
    pictures = sorted((settings.data_dir / "pictures").glob("*.png"))
    console.print(f"Pictures: {escape(', '.join(str(path) for path in pictures))}")
    perps = "perps" if shutil.which("perps") else sys.argv[0]
    folder = escape(shlex.quote(str(settings.data_dir)))
    console.print(f'Ask it yourself: [bold]PERPS_DATA_DIR={folder} {perps} sql "select * from mart_freshness"[/]')
    console.print("Every published table has a column is_simulated, and it is true here.")
    report = settings.report_dir / "index.html"
    if report.exists():
        console.print(f"Look at it: [bold]{report.resolve().as_uri()}[/]", soft_wrap=True)
