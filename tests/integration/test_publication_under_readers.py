"""Readers never wait: another process queries the published file throughout a run without one error."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from house import FEW, House

from orchestration.publish import current_version, rollback, versions
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
READER = """
import sys, time, duckdb, pathlib
path, stop, reads = sys.argv[1], pathlib.Path(sys.argv[2]), 0
while not stop.exists():
    with duckdb.connect(path, read_only=True) as connection:
        volume, share = connection.execute("select sum(volume_usd), sum(volume_share) from marts.mart_venue_share_daily").fetchone()
        days = connection.execute("select count(distinct date) from marts.mart_venue_share_daily").fetchone()[0]
    assert volume > 0 and abs(share - days) < 1e-9, (volume, share, days)
    reads += 1
    time.sleep(0.02)  # the writer needs the core, too
print(reads)
"""


def test_readers_see_whole_publications_only(house: Callable[..., House]) -> None:
    truth = Truth(start=LAST - timedelta(days=5), days=7, assets=["BTC", "ETH"])
    with Simulator(truth, now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=FEW)
        assert one.sync(LAST - timedelta(days=3)).exit_code == 0
        stop = one.folder / "stop"
        command = [sys.executable, "-c", READER, str(one.folder / "published" / "perps.duckdb"), str(stop)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
            for back in (2, 1, 0):
                assert one.sync(LAST - timedelta(days=back)).exit_code == 0
            stop.touch()
            reads, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        assert int(reads) > 50
        settings = one.enter()
        assert len(versions(settings)) == 3
        newest = current_version(settings)
        older = rollback(settings)
        assert older == current_version(settings) != newest
        assert one.query("select max(date) from mart_venue_share_daily") == [(LAST - timedelta(days=1),)]
        assert one.query("select version from quality.publication") == [(older,)]
