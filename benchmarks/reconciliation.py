"""The page docs/reconciliation.md: figures of public collections beside one another, judged as the warehouse judges its own.

`python -m benchmarks.reconciliation FOLDER docs/reconciliation.md`, where FOLDER is that of the collections (their READMEs say
where they are from). Belongs here: running the comparisons by the compiled query of `fct_reconciliations_daily` with its seeds, and
the page. Does not: the comparisons themselves (public_series.py), or any figure of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from textwrap import wrap

import duckdb

from benchmarks.public_series import COMPARISONS, Comparison, prepared
from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.environment import DBT_PROJECT_DIR
from orchestration.plan import Plan

SEEDS = ("reconciliation_tolerances", "reconciliation_reasons")
FIGURES = """
    select count(*), median(ratio), quantile_cont(ratio, 0.05), quantile_cont(ratio, 0.95),
        avg(case when is_within_tolerance then 1.0 else 0 end), avg(case when known_reason is null then 0 else 1.0 end),
        max(tolerance_factor), min(date), max(date), max(known_reason)
    from judged
"""
HEAD = """# Figures of others, beside ours

What `mart_reconciliation_daily` does every day, done over the public collections that the tests read: years
of Binance, Hyperliquid, DefiLlama, Artemis, Dune, CoinGlass, Coinalyze and the CFTC. Ratios and verdicts come
from the compiled query of `fct_reconciliations_daily` and its seeds `reconciliation_tolerances` and
`reconciliation_reasons`. Written by `python -m benchmarks.reconciliation FOLDER docs/reconciliation.md`.

Most collections are no source of this warehouse, or hold a part of one: where *ours* is not what an adapter
of ours would fetch, the name says whose it is. Days are UTC; of a stock the last figure of the day. *Within*
is the share of days within the tolerance, *explained* of those outside it for which the seed has a dated
reason that fits the ratio.

| what | ours ÷ theirs | days | median | 5 % | 95 % | tolerance | within | explained |
|---|---|---:|---:|---:|---:|---:|---:|---:|
"""


def judging(plan: Plan) -> str:
    """The part of the fact's query that follows its pairs: ratio, tolerance, reason."""
    query = next(node.sql for node in plan.nodes if node.name == "fct_reconciliations_daily")
    return "with measured as (" + query.split("\nmeasured as (", 1)[1]


def staged(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """The seeds, and the view of a chain's own fees, over what the collections have of it."""
    connection.execute("create schema seeds; create schema intermediate")
    for name in SEEDS:
        node = next(one for one in plan.nodes if one.name == name)
        types = ", ".join(f"'{column}': '{dtype}'" for column, dtype in node.columns.items())
        connection.execute(f"create table {node.relation} as select * from read_csv('{DBT_PROJECT_DIR / node.sql}', "
                           f"header = true, columns = {{{types}}})")  # fmt: skip
    fees = next(node for node in plan.nodes if node.name == "int_chain_fees")
    connection.execute(f"create view {fees.relation} as {fees.sql}")


def line(connection: duckdb.DuckDBPyConnection, judged: str, one: Comparison) -> tuple[str, str]:
    """The row of a comparison, and what is to be said of it."""
    connection.execute(
        f"create or replace table pairs as select '{one.metric}' as metric, '{one.subject}' as subject, date,"
        f" '{one.other_source}' as other_source, own_value, other_value, cast(null as integer) as own_markets from ({one.query})"
    )
    connection.execute(f"create or replace table judged as {judged}")
    days, median, low, high, within, explained, factor, first, last, reason = connection.execute(FIGURES).fetchall()[0]
    outside = 1 - within
    told = f"{explained / outside:.0%}" if outside > 0 else ""
    row = f"| {one.name} | {one.sides} | {days:,} | {median:.4f} | {low:.4f} | {high:.4f} | {factor:g} | {within:.1%} | {told} |\n"
    known = f" In the seed: {reason}" if reason else ""
    words = wrap(f"- **{one.name}** ({first} to {last}). {one.words}{known}", 110, subsequent_indent="  ", break_long_words=False)
    return row, "\n".join(words) + "\n"


def page(folder: Path) -> str:
    """The whole of it."""
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(f"{scratch}/warehouse.duckdb") as connection:
        plan = compiled.plan(load_settings(_env_file=None, data_dir=Path(scratch)))
        connection.execute("set timezone = 'UTC'")
        prepared(connection, folder, Path(scratch))
        staged(connection, plan)
        lines = [line(connection, judging(plan), one) for one in COMPARISONS]
    rows, words = "".join(row for row, _ in lines), "".join(told for _, told in lines)
    return f"{HEAD}{rows}\n## Why they differ\n\n{words}\n{LACKING}"


LACKING = """## What is not here

- **CFTC beside CME**: CME's own daily files may not be redistributed, and no collection has them. The mart sets
  the CFTC's open interest of Tuesdays beside CoinGlass's line of CME. The collections have that line from May to
  November 2025, and of these months no open interest of the CFTC's: what is compared here is a lower bound.
- **Holders accrued beside reported**: no collection has a series of what holders were seen to get. The mart
  compares them over 90 days as soon as DefiLlama's series are fetched.
- **CoinGecko's and CoinPaprika's lists of exchanges**: they exist only now; nobody kept a history of them.
  Their comparison begins with the first run within six hours of the end of a day.
- **Venues other than Binance and Hyperliquid**: no collection has whole days of them.

## Where the collections are from

All are public repositories on GitHub: Binance's monthly files from its archive (data.binance.vision), its API's days from
silertrades/gravestone-data, 8-hour bars from AHA-HH/optimising-funding-rate-arbitrage; DefiLlama, Artemis and Dune from
jimboevans/hyperliquid-data-cuts; Hyperliquid's candles from hippocritical/freqtrade_hyperliquid_download-data, its statistics and
Hypurrscan's counter from gothchico/HL-deepdive; CoinGlass from FelipeODonnell/liquidity-report; Coinalyze from
smoothbrainquant/trading-for-new-dads; the CFTC's legacy report from edwin-repo/market-signal-dashboard.
"""


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(Path(sys.argv[1])), encoding="utf-8")
