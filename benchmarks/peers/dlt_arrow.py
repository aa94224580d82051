"""dlt: one arrow table a page, as it advises for volume, merged by key into DuckDB. Its settings come from the environment (programs)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dlt
import orjson
import pyarrow as pa
from dlt.sources.helpers import requests

from benchmarks.peers.task import CANDLES_PAGE, FUNDING_PAGE, Task, task

STAMP = pa.timestamp("ms", tz="UTC")
FIGURES = {"open": 1, "high": 2, "low": 3, "close": 4, "volume": 5, "quote_volume": 7, "taker_buy_volume": 9, "taker_buy_quote_volume": 10}


def fetch(url: str, session: Any, **parameters: object) -> list[Any]:
    rows: list[Any] = orjson.loads(session.get(url, params=parameters).content)
    return rows


def candles(work: Task, session: Any, newest: dict[str, int], symbol: str) -> Iterator[pa.Table]:
    start = newest.get(symbol, work.start_ms)
    more = {"symbol": symbol, "interval": "1h", "endTime": work.end_ms - 1, "limit": CANDLES_PAGE}
    while start < work.end_ms:
        rows = fetch(f"{work.url}/fapi/v1/klines", session, startTime=start, **more)
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        yield pa.table(
            {
                "symbol": pa.array([symbol] * len(rows)),
                "open_time": pa.array(columns[0], STAMP),
                "close_time": pa.array(columns[6], STAMP),
                "trades": pa.array(columns[8], pa.int64()),
                **{name: pa.array(columns[index]).cast(pa.float64()) for name, index in FIGURES.items()},
            }
        )
        if len(rows) < CANDLES_PAGE:
            return
        start = rows[-1][0] + 1


def funding(work: Task, session: Any, newest: dict[str, int], symbol: str) -> Iterator[pa.Table]:
    start = newest.get(symbol, work.start_ms)
    while start < work.end_ms:
        more = {"symbol": symbol, "startTime": start, "endTime": work.end_ms - 1, "limit": FUNDING_PAGE}
        rows = fetch(f"{work.url}/fapi/v1/fundingRate", session, **more)
        if not rows:
            return
        yield pa.table(
            {
                "symbol": pa.array([row["symbol"] for row in rows]),
                "funding_time": pa.array([row["fundingTime"] for row in rows], STAMP),
                "funding_rate": pa.array([row["fundingRate"] for row in rows]).cast(pa.float64()),
                "mark_price": pa.array([row["markPrice"] for row in rows]).cast(pa.float64()),
            }
        )
        if len(rows) < FUNDING_PAGE:
            return
        start = rows[-1]["fundingTime"] + 1


def main() -> None:
    work = task()
    session = requests.Client().session
    listed = orjson.loads(session.get(f"{work.url}/fapi/v1/exchangeInfo").content)["symbols"]
    symbols = dlt.resource([one["symbol"] for one in listed], name="symbols", selected=False)
    merge = {"disposition": "merge", "strategy": "upsert"}

    def table(name: str, key: str, pages: Callable[[Task, Any, dict[str, int], str], Iterator[pa.Table]]) -> Any:
        newest = work.newest(f"market.{name}", key)

        def of(symbol: str) -> Iterator[pa.Table]:
            yield from pages(work, session, newest, symbol)

        return dlt.transformer(
            of, data_from=symbols, name=name, write_disposition=merge.copy(), primary_key=("symbol", key), parallelized=True
        )

    pipeline = dlt.pipeline(
        pipeline_name="exchange",
        destination=dlt.destinations.duckdb(str(work.database)),
        dataset_name="market",
        pipelines_dir=str(work.folder / "pipelines"),
    )
    pipeline.run([table("klines", "open_time", candles), table("funding", "funding_time", funding)], loader_file_format="parquet")


if __name__ == "__main__":
    main()
