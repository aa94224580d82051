"""An agent's session at the door for agents, with a client of the protocol's own SDK: five questions, answered from the published file.

Belongs here: what is asked, in which order, and what the truth says to it. Does not: houses, limits and refusals (test_agents.py).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
import pytest
from comparing import in_our_names
from house import House
from mcp import Client, StdioServerParameters

from ingestion.sources.coinglass import EXCHANGES
from simulator import Truth

COMMAND = [sys.executable, "-c", "from orchestration.cli import app; app()", "mcp"]
TO_THE_LAST_DIGIT = {"rel": 1e-12}
PATIENCE = 60  # seconds that a step may take on a busy machine
Session = Callable[[Client], Coroutine[Any, Any, None]]


def over_stdio(session: Session) -> None:
    """The session with a server that the client starts."""
    asyncio.run(_held(StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=_environment()), session))


def over_http(session: Session) -> None:
    """The session with a server that is there already, on loopback."""
    with served() as address:
        asyncio.run(_held(address, session))


@contextmanager
def served() -> Iterator[str]:
    """A server on a free port of loopback; the address of its door."""
    with subprocess.Popen([*COMMAND, "--http", "--port", "0"], env=_environment(), stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield next(line.strip() for line in process.stderr if line.startswith("http://"))
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


async def _held(server: Any, session: Session) -> None:
    async with Client(server, read_timeout_seconds=PATIENCE) as client:
        await session(client)


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool gives; lists stand in `result`."""
    found = await client.call_tool(tool, arguments)
    assert not found.is_error, found.content
    return found.structured_content


async def one_row(client: Client, sql: str) -> tuple[list[Any], dict[str, Any]]:
    """The only row that a query gives, and the whole answer."""
    answer = await call(client, "query", sql=sql)
    (row,) = answer["rows"]
    return row, answer


def five_questions(house: House, truth: Truth, last: date) -> Session:
    """A session in which each figure is held against what the simulated market did."""

    async def session(client: Client) -> None:
        fresh = await call(client, "freshness")
        assert (fresh["is_simulated"], fresh["last_day"]["fct_volume_daily"], fresh["held_back"]) == (True, str(last), [])
        listed = {one["table"]: one for one in (await call(client, "list_tables", search="liquidations funding"))["result"]}
        assert {"mart_asset_daily", "mart_venue_asset_daily", "fct_liquidations_daily", "fct_funding_rates"} <= listed.keys()
        await _size(client, truth, last)
        await _funding(client, truth, last)
        await _fees(client, truth, last)
        await _liquidations(client, truth, last)
        await _origin(client, house, truth, last)

    return session


async def _size(client: Client, truth: Truth, last: date) -> None:
    """How much was traded on the last day, and at how many venues do we see it?"""
    told = await call(client, "describe_table", table="mart_market_overview_daily")
    units = {column["name"]: column["description"] for column in told["columns"]}
    assert ("USD" in units["volume_usd"], told["last"]) == (True, str(last))
    columns = "volume_usd, volume_venues_reported, volume_venues_expected"
    (volume, reported, expected), answer = await one_row(client, f"select {columns} from mart_market_overview_daily where date = '{last}'")
    of_day = truth.daily_volume().filter((pl.col("date") == last) & (pl.col("underlying_class") == "crypto") & (pl.col("venue") != "cme"))
    assert volume == pytest.approx(of_day["volume_usd"].sum(), **TO_THE_LAST_DIGIT)
    assert reported == expected == of_day["venue"].n_unique()
    assert any("never by the quotient of two levels" in rule for rule in answer["rules"])


async def _funding(client: Client, truth: Truth, last: date) -> None:
    """What did a long position in bitcoin pay at Hyperliquid that day, as a yearly rate?"""
    where = f"venue = 'hyperliquid' and asset = 'BTC' and date = '{last}'"
    (apr,), _ = await one_row(client, f"select funding_rate_apr from mart_venue_asset_daily where {where}")
    paid = truth.funding().filter((pl.col("market_id") == "hyperliquid:BTC") & (pl.col("date") == last))
    assert apr == pytest.approx(paid["funding_rate"].sum() / paid["funding_interval_hours"].sum() * 24 * 365, rel=1e-9)


async def _fees(client: Client, truth: Truth, last: date) -> None:
    """What did all protocols take in fees? The first query counts parts twice, is told so, and is mended."""
    wrong = "select sum(fees_usd), count(*) from mart_protocol_scorecard_daily"
    (twice, _), answer = await one_row(client, wrong)
    assert "is_part" in answer["warnings"][0]
    (once, names), mended = await one_row(
        client, f"select sum(fees_usd), list(distinct protocol) from ({wrong.replace('sum(fees_usd), count(*)', '*')} where not is_part"
        " and fees_usd is not null)",
    )  # fmt: skip
    series = truth.protocol_series().filter((pl.col("date") <= last) & (pl.col("metric") == "fees"))
    businesses = series.group_by("protocol", "date").agg(pl.col("value_usd").max())  # one may be told under two names
    whole = {"jupiter" if name == "jupiter_all" else name for name in names}  # which has its perpetuals alone here
    assert (mended["warnings"], once < twice) == ([], True)
    assert once == pytest.approx(businesses.filter(pl.col("protocol").is_in(whole))["value_usd"].sum(), **TO_THE_LAST_DIGIT)


async def _liquidations(client: Client, truth: Truth, last: date) -> None:
    """How much in bitcoin was closed by force? A sum over all rows adds the aggregator's total to the venues' own."""
    table = f"fct_liquidations_daily where asset = 'BTC' and date = '{last}'"
    (everything,), answer = await one_row(client, f"select sum(liquidated_usd) from {table}")
    assert "all_venues" in answer["warnings"][0]
    (total,), mended = await one_row(client, f"select sum(liquidated_usd) from {table} and coverage = 'all_venues'")
    forced = in_our_names(truth.liquidations()).filter((pl.col("date") == last) & (pl.col("asset") == "BTC"))
    listed = forced.filter(pl.col("venue").is_in([name.lower() for name in EXCHANGES]))
    assert total == pytest.approx(listed["liquidated_usd"].sum(), **TO_THE_LAST_DIGIT)
    assert (mended["warnings"], total < everything) == ([], True)


async def _origin(client: Client, house: House, truth: Truth, last: date) -> None:
    """Where does bitcoin's volume at Hyperliquid come from? Down to the bytes, whose hash is worked out again."""
    steps = (await call(client, "trace", table="fct_volume_daily", key=["hyperliquid:BTC", str(last)]))["result"]
    assert [step["kind"] for step in steps] == ["published", "published", "raw", "landing"]
    of_day = truth.daily_volume().filter((pl.col("market_id") == "hyperliquid:BTC") & (pl.col("date") == last))
    assert steps[0]["rows"][0]["volume_usd"] == pytest.approx(of_day["volume_usd"].item(), **TO_THE_LAST_DIGIT)
    landed = steps[-1]["rows"][0]
    kept = pl.read_parquet(house.folder / landed["file"]).filter(pl.col("sha256") == landed["sha256"])
    body = kept["body"][0]
    assert (landed["hash_holds"], hashlib.sha256(body).hexdigest()) == (True, landed["sha256"])
    assert str(steps[2]["rows"][0]["volume"]).encode() in body
