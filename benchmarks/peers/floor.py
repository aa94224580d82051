"""The floor: aiohttp → polars and orjson → parquet → DuckDB, written by hand for this one task, without retries, checks or versions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import duckdb
import orjson
import polars as pl

from benchmarks.peers.task import CANDLES_PAGE, FUNDING_PAGE, HOUR_MS, Task, task

WORKERS, BODIES_A_FILE = 16, 32
STAMP = pl.Datetime("ms")
CANDLE = {
    "open_time": pl.Int64, "open": pl.Float64, "high": pl.Float64, "low": pl.Float64, "close": pl.Float64, "volume": pl.Float64,
    "close_time": pl.Int64, "quote_volume": pl.Float64, "trades": pl.Int64, "taker_buy_volume": pl.Float64,
    "taker_buy_quote_volume": pl.Float64, "unused": pl.Float64,
}  # fmt: skip
KEYS = {"klines": "open_time", "funding": "funding_time"}


@dataclass(frozen=True)
class Request:
    """One page of one table."""

    table: str
    symbol: str
    address: str


def requests(work: Task, symbols: list[str], newest: dict[str, dict[str, int]]) -> Iterator[Request]:
    """Every page, known beforehand: how many rows a time has is known."""
    candles, settlements = CANDLES_PAGE * HOUR_MS, FUNDING_PAGE * 8 * HOUR_MS
    for symbol in symbols:
        for start in range(newest["klines"].get(symbol, work.start_ms), work.end_ms, candles):
            span = f"startTime={start}&endTime={min(start + candles, work.end_ms) - 1}&limit={CANDLES_PAGE}"
            yield Request("klines", symbol, f"{work.url}/fapi/v1/klines?symbol={symbol}&interval=1h&{span}")
        for start in range(newest["funding"].get(symbol, work.start_ms), work.end_ms, settlements):
            span = f"startTime={start}&endTime={min(start + settlements, work.end_ms) - 1}&limit={FUNDING_PAGE}"
            yield Request("funding", symbol, f"{work.url}/fapi/v1/fundingRate?symbol={symbol}&{span}")


async def fetch(work: Task, folder: Path) -> None:
    """All pages by a few workers; bodies become parquet in other threads, some at a time."""
    held: dict[str, list[tuple[str, bytes]]] = {table: [] for table in KEYS}
    writes: list[asyncio.Future[None]] = []

    def write(table: str) -> None:
        file = folder / f"{table}-{len(writes)}.parquet"
        writes.append(asyncio.get_running_loop().run_in_executor(None, WRITERS[table], held[table], file))
        held[table] = []

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=WORKERS)) as session:

        async def get(address: str) -> bytes:
            async with session.get(address, raise_for_status=True) as answer:
                return await answer.read()

        listed = orjson.loads(await get(f"{work.url}/fapi/v1/exchangeInfo"))["symbols"]
        newest = {table: work.newest(table, key) for table, key in KEYS.items()}
        pending = requests(work, [one["symbol"] for one in listed], newest)

        async def worker() -> None:
            for request in pending:
                body = await get(request.address)
                held[request.table].append((request.symbol, body))
                if len(held[request.table]) == BODIES_A_FILE:
                    write(request.table)

        await asyncio.gather(*(worker() for _ in range(WORKERS)))
    for table in KEYS:
        write(table)
    await asyncio.gather(*writes)


def write_candles(bodies: list[tuple[str, bytes]], file: Path) -> None:
    """An array of arrays of plain values is CSV but for its brackets."""
    pages = [(symbol, body[2:-2].replace(b"],[", b"\n")) for symbol, body in bodies if len(body) > 2]
    if pages:
        frame = pl.read_csv(b"\n".join(page for _, page in pages), has_header=False, schema=CANDLE).drop("unused")
        symbols = pl.concat([pl.repeat(symbol, page.count(b"\n") + 1, eager=True) for symbol, page in pages]).alias("symbol")
        stamps = pl.col("open_time", "close_time").cast(STAMP)
        frame.with_columns(symbols, stamps).write_parquet(file, compression="zstd", compression_level=1)


def write_funding(bodies: list[tuple[str, bytes]], file: Path) -> None:
    rows = [row for _, body in bodies for row in orjson.loads(body)]
    if rows:
        frame = pl.DataFrame(rows).select(
            "symbol",
            pl.col("fundingTime").cast(STAMP).alias("funding_time"),
            pl.col("fundingRate").cast(pl.Float64).alias("funding_rate"),
            pl.col("markPrice").cast(pl.Float64).alias("mark_price"),
        )
        frame.write_parquet(file, compression="zstd", compression_level=1)


WRITERS = {"klines": write_candles, "funding": write_funding}


def load(work: Task, folder: Path) -> None:
    """Rows whose key the table lacks."""
    with duckdb.connect(str(work.database)) as connection:
        for table, key in KEYS.items():
            if any(folder.glob(f"{table}-*.parquet")):
                files = f"read_parquet('{folder}/{table}-*.parquet')"
                connection.execute(f"create table if not exists {table} as from {files} limit 0")
                connection.execute(f"insert into {table} by name from {files} as fresh anti join {table} using (symbol, {key})")


def main() -> None:
    work = task()
    folder = work.folder / "files" / str(time.time_ns())
    folder.mkdir(parents=True)
    asyncio.run(fetch(work, folder))
    load(work, folder)


if __name__ == "__main__":
    main()
