"""KuCoin Futures: the classic API for contracts with their state, candles and funding; the unified one for open interest.

From recorded answers and the vendor's SDK, where nothing else is said; ccxt, a third party's live clients and what is
only assumed are named.

- GET without key, envelope `{"code": "200000", "data"}`; an error is another code with `msg`, also inside HTTP 200.
  A public pool of 2000 weight per 30 s and address: contracts 3, candles 3, funding 5 (ccxt); two hosts, so half of it
  each. 429000: too many; 1015: blocked for 30 s by Cloudflare.
- contracts/active: terms, prices, open interest and 24 h volume of everything in one call, without a stamp of its own;
  one contract may come without its list. type FFWCSX is a perpetual, FFICSX dated. XBT is BTC. `isQuanto` is true for
  plain USDT contracts: not read. `multiplier` is base per lot, −1 on inverse ones (1 lot = 1 USD). assetClass is what is
  traded: CRYPTO, STOCK, METAL, COMMODITY; marketType is CRYPTO for metals and oil, too, and the exchange of a stock
  (recorded 2026-09; older answers have no class). currentFundingRateGranularity is the interval that holds now, in ms;
  fundingRateGranularity the one to come (third party). nextFundingRateTime counts down. openInterest is in lots, text,
  one-sided (odd values); volumeOf24h is base.
- kline/query: granularity in minutes, from/to in ms, oldest first, ≤ 200 rows, cut without a word (ccxt);
  [t, o, h, l, c, lots] and in newer answers a seventh value, turnover in quote (ccxt). Whether bounds belong to a range
  is not said: pages reach beyond their hours, and what lies outside is left out (assumed). No trade counts.
- contract/funding-rates: both bounds required, newest first, ≤ 100 (ccxt), `timepoint` in ms. Bitcoin was paid at 04, 12
  and 20 h before 2025-06-17. The interval is not in the row.
- ua market/open-interest: with `interval` the history of one symbol, in lots, newest first, ≤ 200, bounds in ms; rows do
  not name the symbol; without it the present of up to ten, which do. Liquidations are nowhere public.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Back, Cut
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

CANDLE_SPAN = timedelta(hours=198)  # 200 rows with one more hour on both sides
PERPETUAL = "FFWCSX"
TRADING = ("Open", "Paused", "CancelOnly")  # what is paused comes back
NOW = "now"  # the interval of an answer that is no history

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *symbol *observed_on:day=~ type base_currency quote_currency settle_currency multiplier:float is_inverse:bool status?
    market_type? asset_class? first_open_date:ms? expire_date:ms? current_funding_rate_granularity:int? funding_rate_granularity:int?
""")
CONTRACT_STATES = CamelTable.snapshot("""
    contract_states: *symbol *observed_at:instant=~ mark_price:float? index_price:float? last_trade_price:float? open_interest:float?
    volume_of_24h:float? turnover_of_24h:float? funding_fee_rate:float?
""")
CANDLES = Table.history("""
    candles: *symbol=@symbol *granularity:int=@granularity *time:ms=0 open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5
    turnover:float?=6
""")
FUNDING_RATES = CamelTable.history("funding_rates: *symbol *timepoint:ms funding_rate:float")
OPEN_INTEREST = CamelTable.history("open_interest: *symbol *interval *ts:ms open_interest:float")


def _symbols(payload: Payload) -> list[Any]:
    """A history does not repeat its symbol; what is of now does."""
    return [row.get("symbol") or payload.param("symbol") if isinstance(row, dict) else None for row in payload.json["data"] or []]


INTERESTS = OPEN_INTEREST.at("data", symbol=_symbols, interval=lambda payload: payload.params.get("interval", NOW))


class Kucoin(Venue):
    name = "kucoin"
    unknown_codes = frozenset({"100003", "not exist"})
    busy_codes = frozenset({"500000"})
    throttle_codes = frozenset({"429000", "1015", "200002"})
    hosts = {"classic": "https://api-futures.kucoin.com", "unified": "https://api.kucoin.com"}
    limits = {"classic": Limit(1000, 30), "unified": Limit(1000, 30)}
    envelope = Envelope("200000")
    tables = (INSTRUMENTS, CONTRACT_STATES, CANDLES, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        serves("contracts", "classic", "/api/v1/contracts/active", INSTRUMENTS.at("data"), CONTRACT_STATES.at("data"), weight=3),
        serves("kline", "classic", "/api/v1/kline/query", CANDLES.at("data"), weight=3),
        serves("funding_rates", "classic", "/api/v1/contract/funding-rates", FUNDING_RATES.at("data"), weight=5),
        serves("open_interest", "unified", "/api/ua/v1/market/open-interest", INTERESTS, weight=5),
    )
    series = (
        Series("kline", CANDLES, Cut(CANDLE_SPAN), "symbol=@symbol granularity=60 from=@start-1 to=@end"),
        Series("funding_rates", FUNDING_RATES, Back(100), "symbol=@symbol from=@start to=@last"),
        Series("open_interest", OPEN_INTEREST, Back(200), "symbol=@symbol interval=1hour startAt=@start endAt=@last pageSize=200"),
    )
    no_public_api = {"liquidations": "in no public channel"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """A missing contract is also told in words."""
        found = super().complaint(payload)
        return ("not exist", found[1]) if found and "not exist" in found[1].lower() else found

    async def snapshot(self, session: Session) -> list[Market]:
        """Everything that only exists now is in one answer."""
        answer = await session.get("contracts")
        states = by_name(answer.rows("contract_states"), "symbol")
        return session.select(
            Market(symbol, _volume_usd(row, states[symbol]), whole(row["first_open_date"]))
            for symbol, row in by_name(answer.rows("instruments"), "symbol").items()
            if row["type"] == PERPETUAL and row["status"] in TRADING
        )


def _volume_usd(row: Mapping[str, Any], state: Mapping[str, Any]) -> float:
    """Inverse contracts count lots of one USD, or coins: whichever is larger."""
    volume, turnover = number(state["volume_of_24h"]), number(state["turnover_of_24h"])
    return max(volume, turnover) if row["is_inverse"] else turnover
