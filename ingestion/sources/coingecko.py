"""CoinGecko: the outside opinion. What every derivatives exchange and contract reports, and token prices, caps and supplies.

From the vendor's OpenAPI files, its documentation and recorded payloads, as the shared source reference has them; [V] recorded,
[H] vendor's documentation, [M] remembered.

- Keyless, with a quota per shared address of 5 to 15 requests a minute, in which failures count [H]: ten a minute here. Caps and supplies
  exist only now and are asked in every snapshot, one request for all coins; all else once a day. COINGECKO_API_KEY, a demo key, goes into
  the header x-cg-demo-api-key. Pro keys have another host: not here.
- /derivatives/exchanges: ≤ 100 a page; open_interest_btc is a number, trade_volume_24h_btc a text, both in BITCOIN [V].
- /derivatives: every contract of every exchange in one answer of some megabytes. price is text, open_interest and volume_24h USD,
  funding_rate PERCENT for the exchange's own interval, spread and basis percent; last_traded_at and expired_at are seconds [V]. GMX has no
  funding there. Which side of open interest an exchange gives is not said.
- /coins/markets: ≤ 250 ids a call; a market cap of 0 is unknown [V].
- /coins/{id}/market_chart/range: `[[ms, value]]` of price, cap and volume; hourly for 2 to 90 days, daily at 00:00 UTC beyond, the last
  point is of now; 365 days back at most without a paid plan [V].
- Errors: {"error": text}, {"status": {"error_code", "error_message"}} or {"error_code", "status": …}; 10005 and 10012 ask for a plan [H].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, ms
from ingestion.venue import seeds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

EXCHANGES_PAGE, COINS_PAGE = 100, 250
KEPT = timedelta(days=365)
BITCOIN = "bitcoin"  # what exchanges' figures in bitcoin are worth

EXCHANGES = Entity.of(
    "derivatives_exchanges",
    "*id *observed_at:instant name open_interest_btc:float? trade_volume_24h_btc:float? number_of_perpetual_pairs:int? "
    "number_of_futures_pairs:int? year_established:int? country?",
    event=pl.col("observed_at"),
)
TICKERS = Entity.of(
    "derivatives_tickers",
    "*market *symbol *contract_type *observed_at:instant index_id? price:float? index:float? basis:float? spread:float? "
    "funding_rate:float? open_interest:float? volume_24h:float? last_traded_at:int? expired_at:int?",
    event=pl.col("observed_at"),
)
COINS = Entity.of(
    "coins_markets",
    "*id *observed_at:instant symbol name current_price:float? market_cap:float? fully_diluted_valuation:float? total_volume:float? "
    "circulating_supply:float? total_supply:float? max_supply:float? last_updated?",
    event=pl.col("observed_at"),
)
CHARTS = Entity.of("market_charts", "*id *time:int price:float? market_cap:float? total_volume:float?", event=ms("time"), look_back_days=1)


def _parse_exchanges(payload: Payload) -> Parsed:
    names = tuple(EXCHANGES.columns)[2:]
    return {"derivatives_exchanges": [(one["id"], payload.fetched_at, *fields(one, *names)) for one in payload.json]}


def _parse_tickers(payload: Payload) -> Parsed:
    key, names = tuple(TICKERS.columns)[:3], tuple(TICKERS.columns)[4:]
    return {"derivatives_tickers": [(*fields(one, *key), payload.fetched_at, *fields(one, *names)) for one in payload.json]}


def _parse_coins(payload: Payload) -> Parsed:
    names = tuple(COINS.columns)[2:]
    return {"coins_markets": [(one["id"], payload.fetched_at, *fields(one, *names)) for one in payload.json]}


def _parse_chart(payload: Payload) -> Parsed:
    coin, body = payload.match["id"], payload.json
    series = [dict(body[name]) for name in ("prices", "market_caps", "total_volumes")]
    stamps = sorted(set().union(*series))
    return {"market_charts": [(coin, stamp, *(values.get(stamp) for values in series)) for stamp in stamps]}


class Coingecko(Adapter):
    """See the module docstring."""

    name = "coingecko"
    market_parameters = ("id",)
    optional_key_variable = "COINGECKO_API_KEY"
    unknown_codes = frozenset({"coin not found"})
    refused_codes = frozenset({"1020", "10002", "10005", "10010", "10011", "10012"})
    hosts = {"api": "https://api.coingecko.com/api/v3"}
    limits = {"api": Limit(10, 60)}
    entities = (EXCHANGES, TICKERS, COINS, CHARTS)
    endpoints = (
        Endpoint("derivatives_exchanges", "api", "/derivatives/exchanges", ("derivatives_exchanges",), _parse_exchanges),
        Endpoint("derivatives", "api", "/derivatives", ("derivatives_tickers",), _parse_tickers),
        Endpoint("coins_markets", "api", "/coins/markets", ("coins_markets",), _parse_coins),
        Endpoint("market_chart", "api", "/coins/{id}/market_chart/range", ("market_charts",), _parse_chart),
    )

    def key_headers(self, key: str) -> Mapping[str, str]:
        return {"x-cg-demo-api-key": key}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Three forms of the same thing."""
        if not payload.body.lstrip().startswith((b'{"status"', b'{"error')):
            return None
        body = payload.json
        status = body.get("status") or (body["error"].get("status") if isinstance(body.get("error"), dict) else None) or {}
        code = str(body.get("error_code") or status.get("error_code") or body.get("error"))
        return code, f"HTTP {payload.status}: {status.get('error_message') or body.get('error') or code}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Caps and supplies, which have no free history. The markets are the coins of the seeds, and bitcoin."""
        coins = list(dict.fromkeys([BITCOIN, *seeds.coins(session.settings)]))
        pages = [coins[first : first + COINS_PAGE] for first in range(0, len(coins), COINS_PAGE)]
        common = {"vs_currency": "usd", "per_page": COINS_PAGE, "page": 1}
        await session.each("coins_markets", pages, lambda ids: session.get("coins_markets", params=common | {"ids": ",".join(ids)}))
        return [Market(coin) for coin in coins]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """What exchanges are now, then each coin's chart of the window."""
        coins = [market.symbol for market in markets]
        window = session.window_for("market_charts", window)
        await asyncio.gather(
            session.each("derivatives_exchanges", [1], lambda page: self._exchanges(session, page)),
            session.each("derivatives", [{}], lambda params: session.get("derivatives", params=params)),
            session.each("market_chart", coins, lambda coin: self._chart(session, window, coin)),
        )

    async def _exchanges(self, session: Session, page: int) -> None:
        while True:
            params = {"per_page": EXCHANGES_PAGE, "page": page}
            if len((await session.get("derivatives_exchanges", params=params)).json) < EXCHANGES_PAGE:
                return
            page += 1

    async def _chart(self, session: Session, window: Window, coin: str) -> None:
        start = max(window.start, session.now() - KEPT)
        if start < window.end:
            params = {"vs_currency": "usd", "from": int(start.timestamp()), "to": int(window.end.timestamp()) - 1}
            await session.get("market_chart", path={"id": coin}, params=params, market=coin)
