"""CoinPaprika: token prices, caps and supplies of all coins, for days on which CoinGecko is throttled; and what exchanges traded.

From a recorded payload, and from the vendor's documentation where nothing is said.

- Keyless: 20,000 calls a month, 10 a second; 429 beyond. Two calls a day are made.
- /tickers?quotes=USD: every active coin; free plans get the largest two thousand or so. /tickers/{id} is the
  same for one (recorded); it is read from recordings only, for ids (perp-perpetual-protocol) cannot be told
  from CoinGecko's.
- max_supply 0 is UNKNOWN (recorded). There is no circulating supply: it is market_cap / price. rank 0 is a
  dead coin.
- Symbols are shared by many coins: which one is meant is decided by its id or name, not here.
- /exchanges?quotes=USD: every exchange with what it reported and what CoinPaprika believes of it
  (adjusted), the last 24 hours, whole USD; no open interest. Whether an exchange's derivatives and its spot
  pairs are one entry differs (third party); no answer was recorded.
- Errors: {"error": text}.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

TICKERS = Table.of(
    "tickers",
    "*id *observed_at:instant=~ symbol name rank:int? total_supply:float? max_supply:float? last_updated? "
    "price:float?=quotes.USD.price volume_24h:float?=quotes.USD.volume_24h market_cap:float?=quotes.USD.market_cap",
)
EXCHANGES = Table.of(
    "exchanges",
    "*id *observed_at:instant=~ name markets:int? last_updated? "
    "reported_volume_24h:float?=quotes.USD.reported_volume_24h adjusted_volume_24h:float?=quotes.USD.adjusted_volume_24h",
)


def _quoted(payload: Payload) -> Any:
    """Coins, or exchanges; one without figures in USD is a row of nothing, not one whose figures are unknown."""
    listed = payload.json if isinstance(payload.json, list) else [payload.json]
    quotes = [one.get("quotes") if isinstance(one, dict) else None for one in listed]
    is_told = [isinstance(quote, dict) and isinstance(quote.get("USD"), dict) for quote in quotes]
    return [one if told else None for one, told in zip(listed, is_told, strict=True)]


class Coinpaprika(Venue):
    name = "coinpaprika"
    market_parameters = ("id",)
    unknown_codes = frozenset({"id not found"})
    hosts = {"api": "https://api.coinpaprika.com/v1"}
    limits = {"api": Limit(10, 1)}
    tables = (TICKERS, EXCHANGES)
    endpoints = (
        serves("tickers", "api", "/tickers", TICKERS.at(rows=_quoted)),
        serves("ticker", "api", "/tickers/{id}", TICKERS.at(rows=_quoted)),
        serves("exchanges", "api", "/exchanges", EXCHANGES.at(rows=_quoted)),
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
        """There is no free history of supplies, nor of exchanges: what is now, once a run."""
        await session.each("tickers", ["USD"], lambda quote: session.get("tickers", params={"quotes": quote}))
        await session.each("exchanges", ["USD"], lambda quote: session.get("exchanges", params={"quotes": quote}))
