"""Rows of JSON in one buffer: a page of any length is one slice of it, so that answering costs no serialising.

Belongs here: how hourly rows are written. Does not: which of them an answer holds (exchange).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from itertools import accumulate
from typing import Any

import numpy as np
import polars as pl

from benchmarks.exchange.series import HOUR_MS, PRICE_DIGITS, QUANTITY_DIGITS, QUOTE_DIGITS, RATE_DIGITS, Series, Whole

MARK_DIGITS = 8
Parts = list[pl.Expr | str]


class Rows:
    """Rows of one market in the order of their stamps."""

    def __init__(self, stamps: Whole, parts: Parts, columns: Mapping[str, Any]) -> None:
        text = pl.DataFrame(columns).select(pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts]))
        self.stamps: list[int] = stamps.tolist()
        self._buffer = memoryview(",".join(text.to_series().to_list()).encode())
        widths = text.to_series().str.len_bytes() + 1
        self._starts = list(accumulate(widths.to_list(), initial=0))

    def page(self, start: int | None, end: int | None, limit: int, before: int) -> tuple[int, bytes]:
        """How many, and the rows of [start, end] stamped earlier than `before`: the first `limit`, or without a start the last."""
        stop = min(bisect_left(self.stamps, before), len(self.stamps) if end is None else bisect_right(self.stamps, end))
        first = max(0, stop - limit) if start is None else bisect_left(self.stamps, start)
        stop = min(stop, first + limit)
        if stop <= first:
            return 0, b"[]"
        return stop - first, b"".join((b"[", self._buffer[self._starts[first] : self._starts[stop] - 1], b"]"))


def candles(series: Series) -> Rows:
    columns = {
        "t": series.hours * HOUR_MS, "T": (series.hours + 1) * HOUR_MS - 1, "o": series.open, "h": series.high, "l": series.low,
        "c": series.close, "v": series.volume, "q": series.quote_volume, "n": series.trades, "V": series.taker_volume,
        "Q": series.taker_quote_volume,
    }  # fmt: skip
    price, quantity, quote = PRICE_DIGITS, QUANTITY_DIGITS, QUOTE_DIGITS
    parts: Parts = [
        "[", _number("t"), ',"', decimal("o", price), '","', decimal("h", price), '","', decimal("l", price), '","', decimal("c", price),
        '","', decimal("v", quantity), '",', _number("T"), ',"', decimal("q", quote), '",', _number("n"), ',"', decimal("V", quantity),
        '","', decimal("Q", quote), '","0"]',
    ]  # fmt: skip
    return Rows(columns["t"], parts, columns)


def funding(several: Collection[Series]) -> Rows:
    """Of one market, or of several by time."""
    stamps = np.concatenate([one.settled_ms for one in several])
    order = np.argsort(stamps, kind="stable")
    columns = {
        "t": stamps[order],
        "s": np.repeat([one.symbol for one in several], [len(one.settlements) for one in several])[order],
        "r": np.concatenate([one.funding_rate[one.settlements] for one in several])[order],
        "m": np.concatenate([one.open[one.settlements] for one in several])[order] * 10 ** (MARK_DIGITS - PRICE_DIGITS),
    }
    parts: Parts = [
        '{"symbol":"', pl.col("s"), '","fundingTime":', _number("t"), ',"fundingRate":"', decimal("r", RATE_DIGITS), '","markPrice":"',
        decimal("m", MARK_DIGITS), '"}',
    ]  # fmt: skip
    return Rows(columns["t"], parts, columns)


def open_interest(series: Series, last_hours: int) -> Rows:
    """Hourly, as openInterestHist gives it: how much, and what it was worth."""
    held, price = series.open_interest[-last_hours:], series.close[-last_hours:]
    columns = {"t": series.hours[-last_hours:] * HOUR_MS, "b": held, "q": np.asarray(held * price, dtype=np.int64)}
    parts: Parts = [
        f'{{"symbol":"{series.symbol}","sumOpenInterest":"', decimal("b", QUANTITY_DIGITS), '","sumOpenInterestValue":"',
        decimal("q", QUOTE_DIGITS), '","timestamp":', _number("t"), "}",
    ]  # fmt: skip
    return Rows(columns["t"], parts, columns)


def decimal(column: str, digits: int) -> pl.Expr:
    """Units of the last digit as the exchange prints them: all digits after the point."""
    size, unit = pl.col(column).abs(), 10**digits
    sign = pl.when(pl.col(column) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str([sign, (size // unit).cast(pl.String), pl.lit("."), (size % unit).cast(pl.String).str.zfill(digits)])


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)
