"""CoinPaprika: token prices, caps and supplies of all coins in one answer, for days on which CoinGecko is throttled.

From a recorded payload and the vendor's documentation, as the shared source reference has them; [V] recorded, [M] remembered.

- Keyless: 20,000 calls a month, 10 a second; 429 beyond [M]. One call a day is made.
- /tickers?quotes=USD: every active coin; free plans get the largest two thousand or so [M]. /tickers/{id} is the same for one [V]; it is
  read from recordings only, for ids (perp-perpetual-protocol) cannot be told from CoinGecko's.
- max_supply 0 is UNKNOWN [V]. There is no circulating supply: it is market_cap / price. rank 0 is a dead coin [M].
- Symbols are shared by many coins: which one is meant is decided by its id or name, not here.
- Errors: {"error": text} [M].
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

TICKERS = Entity.of(
    "tickers",
    "*id *observed_at:instant symbol name rank:int? total_supply:float? max_supply:float? last_updated? price:float? volume_24h:float? "
    "market_cap:float?",
    event=pl.col("observed_at"),
)


def _parse_tickers(payload: Payload) -> Parsed:
    items = payload.json if isinstance(payload.json, list) else [payload.json]
    names = ("symbol", "name", "rank", "total_supply", "max_supply", "last_updated")
    quotes = ("price", "volume_24h", "market_cap")
    return {"tickers": [(one["id"], payload.fetched_at, *fields(one, *names), *fields(one["quotes"]["USD"], *quotes)) for one in items]}


class Coinpaprika(Adapter):
    """See the module docstring."""

    name = "coinpaprika"
    market_parameters = ("id",)
    unknown_codes = frozenset({"id not found"})
    hosts = {"api": "https://api.coinpaprika.com/v1"}
    limits = {"api": Limit(10, 1)}
    entities = (TICKERS,)
    endpoints = (
        Endpoint("tickers", "api", "/tickers", ("tickers",), _parse_tickers),
        Endpoint("ticker", "api", "/tickers/{id}", ("tickers",), _parse_tickers),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        if not payload.body.lstrip().startswith(b'{"error"'):
            return None
        text = str(payload.json["error"])
        return text, f"HTTP {payload.status}: {text}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing every hour: once a day is enough."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """There is no free history of supplies: what is now, once a run."""
        await session.each("tickers", ["USD"], lambda quote: session.get("tickers", params={"quotes": quote}))
