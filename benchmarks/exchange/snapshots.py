"""What the exchange tells only of now: its markets, tickers, premiums, open interest. Made once for each moment of its clock.

Belongs here: the bodies of these answers. Does not: rows with a history (pages).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from benchmarks.exchange.series import DAY_MS, HOUR_MS, PRICE_DIGITS, QUANTITY_DIGITS, QUOTE_DIGITS, RATE_DIGITS, SETTLEMENT_HOURS, Series

TICK, STEP = f"{10**-PRICE_DIGITS:.{PRICE_DIGITS}f}", f"{10**-QUANTITY_DIGITS:.{QUANTITY_DIGITS}f}"
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": TICK, "maxPrice": "1000000", "tickSize": TICK},
    {"filterType": "LOT_SIZE", "minQty": STEP, "maxQty": "1000000", "stepSize": STEP},
    {"filterType": "MARKET_LOT_SIZE", "minQty": STEP, "maxQty": "100000", "stepSize": STEP},
    {"filterType": "MIN_NOTIONAL", "notional": "5"},
]


def answers(markets: Sequence[Series], now_ms: int) -> dict[tuple[str, str], bytes]:
    """Bodies by path and symbol; the empty symbol stands for all of them."""
    info = {"timezone": "UTC", "serverTime": now_ms, "rateLimits": [], "exchangeFilters": [], "assets": []}
    bodies = {
        ("/fapi/v1/exchangeInfo", ""): orjson.dumps({**info, "symbols": [_market(one) for one in markets]}),
        ("/dapi/v1/exchangeInfo", ""): orjson.dumps({**info, "symbols": []}),  # COIN-M is there and lists nothing
        ("/fapi/v1/time", ""): orjson.dumps({"serverTime": now_ms}),
        **{(path, ""): b"[]" for path in ("/fapi/v1/fundingInfo", *_empty_coin_margined())},
    }
    for path, of in (("/fapi/v1/ticker/24hr", _ticker), ("/fapi/v1/premiumIndex", _premium), ("/fapi/v1/openInterest", _open_interest)):
        singles = {one.symbol: orjson.dumps(of(one, _last(one, now_ms), now_ms)) for one in markets}
        bodies |= {(path, symbol): body for symbol, body in singles.items()}
        if of is not _open_interest:  # which the exchange tells of one symbol at a time
            bodies[path, ""] = b"[%b]" % b",".join(singles.values())
    return bodies


def _empty_coin_margined() -> list[str]:
    return [f"/dapi/v1/{name}" for name in ("fundingInfo", "ticker/24hr", "premiumIndex")]


def _last(series: Series, now_ms: int) -> int:
    """Position of the last hour that is over."""
    return min(len(series.hours), now_ms // HOUR_MS - int(series.hours[0])) - 1


def _market(series: Series) -> dict[str, Any]:
    symbol = series.symbol
    return {
        "symbol": symbol, "pair": symbol, "contractType": "PERPETUAL", "deliveryDate": 4_133_404_800_000,
        "onboardDate": int(series.hours[0]) * HOUR_MS, "status": "TRADING", "baseAsset": series.asset, "quoteAsset": "USDT",
        "marginAsset": "USDT", "pricePrecision": PRICE_DIGITS, "quantityPrecision": QUANTITY_DIGITS, "baseAssetPrecision": 8,
        "quotePrecision": 8, "underlyingType": "COIN", "underlyingSubType": [], "triggerProtect": "0.0500", "filters": FILTERS,
        "orderTypes": ["LIMIT", "MARKET"], "timeInForce": ["GTC", "IOC"],
    }  # fmt: skip


def _ticker(series: Series, last: int, now_ms: int) -> dict[str, Any]:
    day = slice(max(0, last - 23), last + 1)
    return {
        "symbol": series.symbol, "lastPrice": _text(series.close[last], PRICE_DIGITS),
        "openPrice": _text(series.open[day.start], PRICE_DIGITS), "highPrice": _text(series.high[day].max(), PRICE_DIGITS),
        "lowPrice": _text(series.low[day].min(), PRICE_DIGITS),
        "volume": _text(series.volume[day].sum(), QUANTITY_DIGITS), "quoteVolume": _text(series.quote_volume[day].sum(), QUOTE_DIGITS),
        "openTime": now_ms - DAY_MS, "closeTime": now_ms, "count": int(series.trades[day].sum()),
    }  # fmt: skip


def _premium(series: Series, last: int, now_ms: int) -> dict[str, Any]:
    price = _text(series.close[last], PRICE_DIGITS)
    every = SETTLEMENT_HOURS * HOUR_MS
    return {
        "symbol": series.symbol, "markPrice": price, "indexPrice": price, "estimatedSettlePrice": price,
        "lastFundingRate": _text(series.funding_rate[last], RATE_DIGITS), "interestRate": "0.00010000",
        "nextFundingTime": (now_ms // every + 1) * every, "time": now_ms,
    }  # fmt: skip


def _open_interest(series: Series, last: int, now_ms: int) -> dict[str, Any]:
    return {"symbol": series.symbol, "openInterest": _text(series.open_interest[last], QUANTITY_DIGITS), "time": now_ms}


def _text(units: Any, digits: int) -> str:
    size = abs(int(units))
    return f"{'-' if units < 0 else ''}{size // 10**digits}.{size % 10**digits:0{digits}d}"
