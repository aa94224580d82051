"""The rows of Binance's replies, REST and archive: one function for each shape. The routes are in `binance.py`."""

from __future__ import annotations

from typing import Any

from simulator.candles import HOUR_MS, Candle
from simulator.dialect import number
from simulator.market import Market
from simulator.world import Settlement, World

PERPETUAL_DELIVERY_MS = 4133404800000
FIRST_WITH_MARK_MS = 1698796800000  # 2023-11: since then funding rows carry the mark price


def instrument(market: Market) -> dict[str, Any]:
    is_crypto, is_inverse = market.asset.kind == "crypto", market.is_inverse
    base = market.listing.pair.removesuffix("USD" if is_inverse else "USDT")
    fields = {
        "symbol": market.symbol,
        "pair": market.listing.pair,
        "contractType": "PERPETUAL" if is_crypto else "TRADIFI_PERPETUAL",
        "deliveryDate": PERPETUAL_DELIVERY_MS,
        "onboardDate": market.listed_ms,
        "baseAsset": base,
        "quoteAsset": "USD" if is_inverse else "USDT",
        "marginAsset": base if is_inverse else "USDT",
        "pricePrecision": 2,
        "quantityPrecision": 0 if is_inverse else 3,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN" if is_crypto else "EQUITY",
        "underlyingSubType": [] if is_crypto else ["TradFi"],
    }
    if market.listing.contract_usd is not None:
        return fields | {"contractStatus": "TRADING", "contractSize": int(market.listing.contract_usd)}
    return fields | {"status": "TRADING"}


def kline(market: Market, candle: Candle) -> list[Any]:
    """The twelve columns. COIN-M: contracts in column 5 and base in column 7; else base and quote."""
    if market.is_inverse:
        taker = int(candle.contracts * candle.taker_share)
        volumes = (f"{candle.contracts:.0f}", number(candle.base), str(taker), number(candle.base * candle.taker_share))
    else:
        taken = (candle.base * candle.taker_share, candle.quote * candle.taker_share)
        volumes = (number(candle.base), number(candle.quote), number(taken[0]), number(taken[1]))
    prices = [number(price) for price in (candle.open, candle.high, candle.low, candle.close)]
    return [candle.opened_ms, *prices, volumes[0], candle.closed_ms, volumes[1], candle.trades, volumes[2], volumes[3], "0"]


def settlement(market: Market, row: Settlement) -> dict[str, Any]:
    fields = {"symbol": market.symbol, "fundingTime": row.settled_ms, "fundingRate": f"{row.rate:.8f}"}
    if not market.listing.has_funding_mark:
        return fields
    had_mark = row.settled_ms >= FIRST_WITH_MARK_MS
    return fields | {"markPrice": number(row.mark) if had_mark else "", "rateType": "Regular"}


def premium(world: World, market: Market) -> dict[str, Any]:
    hour = world.current_hour(market)
    interval = market.listing.funding_interval_hours or 8
    width = interval * HOUR_MS
    settled = world.settlements(market, world.now_ms - 2 * width)
    fields = {
        "symbol": market.symbol,
        "markPrice": number(float(market.mark[hour])),
        "indexPrice": number(float(market.index[hour])),
        "estimatedSettlePrice": number(float(market.index[hour])),
        "lastFundingRate": f"{settled[-1].rate if settled else 0.0001:.8f}",
        "interestRate": "0.00010000",
        "nextFundingTime": world.now_ms // width * width + width,
        "time": world.now_ms,
    }
    return fields | ({"pair": market.listing.pair} if market.is_inverse else {})


def history_row(world: World, market: Market, stamp_ms: int) -> dict[str, Any]:
    hour = world.hour_of(market, stamp_ms)
    if market.is_inverse:
        contracts, base = float(market.open_interest_contracts[hour]), float(market.open_interest_base[hour])
        names = {"pair": market.listing.pair, "contractType": "PERPETUAL"}
        return {**names, "sumOpenInterest": number(contracts), "sumOpenInterestValue": number(base), "timestamp": stamp_ms}
    base, usd = float(market.open_interest_base[hour]), float(market.open_interest_usd[hour])
    return {"symbol": market.symbol, "sumOpenInterest": number(base), "sumOpenInterestValue": number(usd), "timestamp": stamp_ms}


def ticker(world: World, market: Market) -> dict[str, Any]:
    day = world.last_24_hours(market)
    if not day:
        return {}
    base, quote = sum(candle.base for candle in day), sum(candle.quote for candle in day)
    fields = {
        "symbol": market.symbol,
        "priceChange": number(day[-1].close - day[0].open),
        "priceChangePercent": f"{(day[-1].close / day[0].open - 1) * 100:.3f}",
        "weightedAvgPrice": number(quote / base),
        "lastPrice": number(day[-1].close),
        "lastQty": number(market.base_step),
        "openPrice": number(day[0].open),
        "highPrice": number(max(candle.high for candle in day)),
        "lowPrice": number(min(candle.low for candle in day)),
        "openTime": day[0].opened_ms,
        "closeTime": world.now_ms,
        "firstId": 1,
        "lastId": sum(candle.trades for candle in day),
        "count": sum(candle.trades for candle in day),
    }
    if market.is_inverse:
        contracts = sum(candle.contracts for candle in day)
        return fields | {"pair": market.listing.pair, "volume": f"{contracts:.0f}", "baseVolume": number(base)}
    return fields | {"volume": number(base), "quoteVolume": number(quote)}
