"""`python -m benchmarks.exchange --symbols 50 --first 2026-01-01 --now 2026-06-30`: the exchange alone, until interrupted."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date, timedelta

from benchmarks.days import midnight_ms
from benchmarks.exchange.exchange import Exchange
from benchmarks.exchange.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exchange", description=__doc__)
    parser.add_argument("--symbols", type=int, default=50)
    parser.add_argument("--first", type=date.fromisoformat, required=True, help="first day of history")
    parser.add_argument("--now", type=date.fromisoformat, required=True, help="the clock stands at this day's 00:00 UTC")
    parser.add_argument("--days-ahead", type=int, default=1, help="how far the clock can be moved")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    chosen = parser.parse_args()
    last_ms = midnight_ms(chosen.now + timedelta(days=chosen.days_ahead))
    exchange = Exchange(chosen.symbols, midnight_ms(chosen.first), midnight_ms(chosen.now), last_ms)
    asyncio.run(serve(exchange, chosen.port))


if __name__ == "__main__":
    main()
