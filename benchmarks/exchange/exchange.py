"""The exchange: what it answers to a path and its parameters, its clock, and the truth about what it served.

Belongs here: answers, limits of a page, errors. Does not: sockets (server).
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Mapping

import orjson

from benchmarks.exchange import pages, snapshots
from benchmarks.exchange.series import DAY_MS, HOUR_MS, Series, series

Answer = tuple[int, bytes]
KLINES, FUNDING, INTEREST = "/fapi/v1/klines", "/fapi/v1/fundingRate", "/futures/data/openInterestHist"
LARGEST_PAGE = {KLINES: 1500, FUNDING: 1000, INTEREST: 500}
USUAL_PAGE = {KLINES: 500, FUNDING: 100, INTEREST: 30}
INTEREST_DAYS = 30


class Refused(Exception):
    """An answer of HTTP 400 with the exchange's code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.body = orjson.dumps({"code": code, "msg": message})


class Exchange:
    """`symbols` markets with a history since `first_ms`; `now_ms` moves only when told to, at most to `last_ms`."""

    def __init__(self, symbols: int, first_ms: int, now_ms: int, last_ms: int) -> None:
        hours = (first_ms // HOUR_MS, last_ms // HOUR_MS)
        self.markets: dict[str, Series] = {one.symbol: one for one in (series(number, *hours) for number in range(symbols))}
        interest_hours = INTEREST_DAYS * 24 + (last_ms - now_ms) // HOUR_MS
        self._rows = {
            KLINES: {symbol: pages.candles(one) for symbol, one in self.markets.items()},
            FUNDING: {
                **{symbol: pages.funding([one]) for symbol, one in self.markets.items()},
                "": pages.funding(self.markets.values()),  # without a symbol: of all
            },
            INTEREST: {symbol: pages.open_interest(one, interest_hours) for symbol, one in self.markets.items()},
        }
        self._last_ms = last_ms
        self.set_clock(now_ms)

    def set_clock(self, now_ms: int) -> None:
        """Move the clock and begin to count anew."""
        if now_ms > self._last_ms:
            raise Refused(-1, f"rows were made up to {self._last_ms}, the clock cannot go to {now_ms}")
        self.now_ms = now_ms
        self._snapshots = snapshots.answers(list(self.markets.values()), now_ms)
        self.requests: Counter[str] = Counter()
        self.rows_served = self.bytes_served = 0
        self._cpu_before = _cpu_seconds()

    def answer(self, path: str, parameters: Mapping[str, str]) -> Answer:
        try:
            if path.startswith("/control/"):
                return 200, self._control(path.removeprefix("/control/"), parameters)
            self.requests[path] += 1
            body = self._page(path, parameters) if path in self._rows else self._snapshot(path, parameters)
        except Refused as refusal:
            return 400, refusal.body
        if body is None:
            return 404, orjson.dumps({"code": -5000, "msg": f"Path {path} is invalid"})
        self.bytes_served += len(body)
        return 200, body

    def _page(self, path: str, parameters: Mapping[str, str]) -> bytes:
        rows = self._rows[path].get(parameters.get("symbol", ""))
        if rows is None:
            raise Refused(-1121, "Invalid symbol.")
        if path != FUNDING and parameters.get("interval" if path == KLINES else "period") != "1h":
            raise Refused(-1120, "Invalid interval.")
        limit = _integer(parameters, "limit") or USUAL_PAGE[path]
        if not 1 <= limit <= LARGEST_PAGE[path]:
            raise Refused(-1130, "Data sent for parameter 'limit' is not valid.")
        start, end = _integer(parameters, "startTime"), _integer(parameters, "endTime")
        if path == INTEREST and start is not None and start < self.now_ms - INTEREST_DAYS * DAY_MS:
            raise Refused(-1130, "Data sent for parameter 'startTime' is not valid.")
        count, body = rows.page(start, end, limit, self.now_ms)
        self.rows_served += count
        return body

    def _snapshot(self, path: str, parameters: Mapping[str, str]) -> bytes | None:
        symbol = parameters.get("symbol", "")
        if symbol and symbol not in self.markets:
            raise Refused(-1121, "Invalid symbol.")
        return self._snapshots.get((path, symbol))

    def _control(self, name: str, parameters: Mapping[str, str]) -> bytes:
        if name == "clock":
            self.set_clock(_integer(parameters, "now_ms") or self.now_ms)
            return orjson.dumps({"now_ms": self.now_ms})
        if name == "truth":
            return orjson.dumps(self.truth(_integer(parameters, "start_ms") or 0, _integer(parameters, "end_ms") or self.now_ms))
        if name == "stats":
            served = {"rows": self.rows_served, "bytes": self.bytes_served, "cpu_seconds": _cpu_seconds() - self._cpu_before}
            return orjson.dumps({"requests": sum(self.requests.values()), "requests_by_path": self.requests, **served})
        raise Refused(-1, f"no control {name}: clock, truth or stats")

    def truth(self, start_ms: int, end_ms: int) -> dict[str, int | str]:
        """Counts and sums of [start, end), taken from the series, not from what is written; sums are text, in units of the last digit."""
        candles = settlements = close = quote_volume = funding_rate = 0
        for one in self.markets.values():
            stamps = one.hours * HOUR_MS
            inside = (stamps >= start_ms) & (stamps < end_ms)
            settled = one.settlements[inside[one.settlements]]
            candles, settlements = candles + int(inside.sum()), settlements + len(settled)
            close, quote_volume = close + int(one.close[inside].sum()), quote_volume + int(one.quote_volume[inside].sum())
            funding_rate += int(one.funding_rate[settled].sum())
        sums = {"close": close, "quote_volume": quote_volume, "funding_rate": funding_rate}
        return {"candles": candles, "settlements": settlements, **{name: str(value) for name, value in sums.items()}}


def _integer(parameters: Mapping[str, str], name: str) -> int | None:
    text = parameters.get(name, "")
    if not text:
        return None
    if not text.removeprefix("-").isdigit():
        raise Refused(-1130, f"Data sent for parameter '{name}' is not valid.")
    return int(text)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
