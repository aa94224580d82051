"""Deribit v2 (JSON-RPC over GET): perpetuals, inverse (BTC-PERPETUAL) and linear in USDC (SOL_USDC-PERPETUAL).

Facts are the vendor's (its pages), recorded (an answer) or third party (ccxt, or a probe of the live host by
others on 2026-09-22).

- Public methods without key. A request costs 500 credits, 10,000 a second come back: 20 a second;
  get_instruments has a budget of its own, 1 a second (vendor). Errors: `{"error": {code, message, data}}`
  with HTTP 400 or 429; 10028 is too many requests, -32602 with param instrument_name and 13020 an unknown
  instrument (third party).
- get_instruments with currency=any and kind=future: all perpetuals (settlement_period perpetual, they expire
  in the year 3000) among dated ones. underlying_type is crypto, crypto_index, equity, equity_etf, preipo or
  commodity; lists before 2026 lack it. Bases can count thousands: 1000PEPE (third party).
- get_book_summary_by_currency: by settlement currency, "any" is refused. `open_interest` is USD for inverse
  (not contracts), base for linear, one side; `estimated_delivery_price` is the index of a perpetual (third
  party). There is no history of open interest: what is not read cannot be had later.
- get_tradingview_chart_data: columns, ascending, 5001 bars at most, of which the newest are kept (third
  party). `volume` is base, `cost` USD or USDC (vendor). Hours without trades are flat bars; no trade counts.
- get_funding_rate_history: hourly, 744 rows at most. `interest_1h` is what the hour before the timestamp
  cost; interest_8h is the sum of eight such hours: it is kept and not used. Positive: longs pay.
  current_funding of tickers is per 8 hours (third party).
- Since 2026-09-09 Coinbase International trades in these books, at drb.coinbase.com (vendor). That host is not
  asked, so that the books count once; what Coinbase was before is the source `coinbase`.
- Liquidations are flags on single trades (third party).
"""

from __future__ import annotations

from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.paging import Cut
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

HOST, PUBLIC = "https://www.deribit.com", "/api/v2/public"
BAD_PARAMETER = -32602  # of everything, an unknown instrument among them: the data tells

INSTRUMENTS = Table.snapshot("""
    instruments: *instrument_name *observed_on:day=~ kind instrument_type? settlement_period? base_currency quote_currency?
    counter_currency? settlement_currency? contract_size:float creation_timestamp:ms? expiration_timestamp:int? is_active:bool state?
    underlying_type?
""")
BOOK_SUMMARIES = Table.snapshot("""
    book_summaries: *instrument_name *creation_timestamp:ms last:float? mark_price:float? estimated_delivery_price:float?
    open_interest:float? volume:float? volume_usd:float? volume_notional:float? current_funding:float? funding_8h:float?
""")
CHARTS = Table.history("""
    charts: *instrument_name=@instrument_name *resolution=@resolution *tick:ms=0 open:float=1 high:float=2 low:float=3 close:float=4
    volume:float=5 cost:float=6
""")
FUNDING_RATES = Table.history("""
    funding_rates: *instrument_name=@instrument_name *timestamp:ms interest_1h:float interest_8h:float? index_price:float?
    prev_index_price:float?
""")


def _bars(payload: Payload) -> list[Any]:
    """The columns of a chart as rows; an answer without data has none."""
    result = payload.json["result"]
    if result["status"] == "no_data":
        return []
    columns = [result[name] for name in ("ticks", "open", "high", "low", "close", "volume", "cost")]
    return [list(row) for row in zip(*columns, strict=True)]


ASKED = "instrument_name=@symbol start_timestamp=@start end_timestamp=@last"


class Deribit(Venue):
    name = "deribit"
    market_parameters = ("instrument_name",)
    unknown_codes = frozenset({"13020", f"{BAD_PARAMETER} (instrument_name)"})
    busy_codes = frozenset({"10041", "10047", "10066", "11051", "13028", "13888"})  # settlement, maintenance, time out
    throttle_codes = frozenset({"10028"})
    hosts = {"api": HOST, "instruments": HOST}
    limits = {"api": Limit(20, 1), "instruments": Limit(1, 1)}
    no_public_api = {"liquidations": "flags on single trades only, and no list of them"}
    tables = (INSTRUMENTS, BOOK_SUMMARIES, CHARTS, FUNDING_RATES)
    endpoints = (
        serves("instruments", "instruments", f"{PUBLIC}/get_instruments", INSTRUMENTS.at("result")),
        serves("book_summary", "api", f"{PUBLIC}/get_book_summary_by_currency", BOOK_SUMMARIES.at("result")),
        serves("chart", "api", f"{PUBLIC}/get_tradingview_chart_data", CHARTS.at(rows=_bars)),
        serves("funding_rate_history", "api", f"{PUBLIC}/get_funding_rate_history", FUNDING_RATES.at("result")),
    )
    series = (  # pages of exactly as many hours as an answer holds, so that it does not matter which rows a longer one would lose
        Series("chart", CHARTS, Cut.hours(5000), f"{ASKED} resolution=60", market="instrument_name"),
        Series("funding_rate_history", FUNDING_RATES, Cut.hours(744), ASKED, market="instrument_name"),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`error` of the envelope, whatever the status; a body that is no object is left to its status."""
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        error = payload.json.get("error")
        if error is None:
            return None if payload.status >= 400 or "result" in payload.json else ("none", "an answer without a result")
        data = error.get("data") or {}
        named = f" ({data['param']})" if isinstance(data, dict) and data.get("param") else ""
        return f"{error.get('code')}{named}", f"error {error.get('code')}: {error.get('message')}{named}"

    async def snapshot(self, session: Session) -> list[Market]:
        """One list, then one summary for each currency that settles a perpetual."""
        answer = await session.get("instruments", params={"currency": "any", "kind": "future", "expired": "false"})
        named = by_name(answer.rows("instruments"), "instrument_name")
        listed = {name: row for name, row in named.items() if row["settlement_period"] == "perpetual" and row["is_active"]}
        states: dict[str, dict[str, Any]] = {}

        async def summary(currency: str) -> None:
            found = await session.get("book_summary", params={"currency": currency, "kind": "future"})
            states.update(by_name(found.rows("book_summaries"), "instrument_name"))

        await session.each("book_summary", sorted(by_name(listed.values(), "settlement_currency")), summary)
        return session.select(
            Market(name, number(states.get(name, {}).get("volume_usd")), whole(row["creation_timestamp"])) for name, row in listed.items()
        )
