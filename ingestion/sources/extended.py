"""Extended on Starknet: perpetuals with their state, hourly candles, funding, open interest history.

Vendor (api.docs.extended.exchange) and recorded in September 2026, but for what says third party (others'
readings of 2026) or assumed.

- GET, keyless; without a User-Agent 403 (third party). 1000 requests a minute and address. `{"status": "OK",
  "data"}`, or `{"status": "ERROR", "error": {"code", "message"}}`: NOT_FOUND or 1001 unknown market, 1002
  disabled, 1006 failed, 1010 maintenance (third party). Every number is a text.
- info/markets: terms and state of all in one call, ~1 MB, 30 s at times (third party). Spot pairs stand in
  it, and markets that are announced, reduced or gone, with prices and a rate: `status` tells, `active` does
  not. openInterest is USD, openInterestBase base, stamped a moment apart; one side (assumed). dailyVolume is
  USD, rolling. nextFundingRate is a time. createdAt is MIGRATED_MS for all that is older than the move to
  Starknet: its candles reach back to July 2024, its funding to the move (third party).
- Collateral is called USD; it is USDC. Thousands: 1000PEPE, and kNOT (third party). `…_24_5` are shares by
  another session. The market SPX is a coin, SPX500m the index.
- candles: newest first, at most 10,000, T is the start; no lower bound, so as many as the range has hours: an
  hour without trades has a flat one (vendor's example). v is base (assumed); no quote, no count.
- funding: what was paid, every hour: a fraction of an hour, positive: longs pay. Newest first; 1000 rows come
  without a limit (third party), more want a cursor. T is 0.7 to 1.7 s late. Six decimals: 0.000013 is the
  resting 0.0000125.
- open-interests: newest first, at most 300 rows; i is USD, I base. The hour is P1H, in ccxt PT1H.
- Liquidations are trades of a type, of which only the latest are public.
"""

from __future__ import annotations

from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.paging import Back, Cut
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

PERPETUALS = ("PERPETUAL", None)  # the vendor's example has no type
MIGRATED_MS = 1_752_829_532_673
CANDLE_LIMIT, FUNDING_LIMIT, INTEREST_LIMIT = 10_000, 1000, 300

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *name *observed_on:day=~ type? ui_name? category? sub_category? asset_name collateral_asset_name? status? created_at:ms?
""")
MARKET_STATS = Table.snapshot("""
    market_stats: *name *observed_at:instant=~ type? status? mark_price:float?=marketStats.markPrice
    index_price:float?=marketStats.indexPrice last_price:float?=marketStats.lastPrice funding_rate:float?=marketStats.fundingRate
    open_interest:float?=marketStats.openInterest open_interest_base:float?=marketStats.openInterestBase
    daily_volume:float?=marketStats.dailyVolume daily_volume_base:float?=marketStats.dailyVolumeBase
""")
CANDLES = Table.history("""
    candles: *market=@market *interval=@interval *time:ms=T open:float=o high:float=h low:float=l close:float=c volume:float=v
""")
FUNDING_RATES = Table.history("funding_rates: *market=m *time:ms=T funding_rate:float=f")
OPEN_INTEREST = Table.history("""
    open_interest: *market=@market *interval=@interval *time:ms=t open_interest:float=i open_interest_base:float=I
""")

CANDLES_ASKED = "{market}=@symbol interval=PT1H limit=@hours+1 endTime=@end"  # a row more than hours: the end may belong to the range
BOUNDS = "{market}=@symbol startTime=@start endTime=@last"


class Extended(Venue):
    name = "extended"
    market_parameters = ("market",)
    unknown_codes = frozenset({"NOT_FOUND", "1001", "1002"})
    busy_codes = frozenset({"1006", "1010"})
    hosts = {"api": "https://api.starknet.extended.exchange/api/v1"}
    limits = {"api": Limit(1000, 60)}
    tables = (INSTRUMENTS, MARKET_STATS, CANDLES, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        serves("markets", "api", "/info/markets", INSTRUMENTS.at("data"), MARKET_STATS.at("data")),
        serves("candles", "api", "/info/candles/{market}/trades", CANDLES.at("data")),
        serves("funding", "api", "/info/{market}/funding", FUNDING_RATES.at("data")),
        serves("open_interests", "api", "/info/{market}/open-interests", OPEN_INTEREST.at("data")),
    )
    series = (
        Series("candles", CANDLES, Cut.hours(CANDLE_LIMIT - 1), CANDLES_ASKED, market="market"),
        Series("funding", FUNDING_RATES, Back(FUNDING_LIMIT), f"{BOUNDS} limit={FUNDING_LIMIT}", market="market"),
        Series(
            "open_interests", OPEN_INTEREST, Cut.hours(INTEREST_LIMIT), f"{BOUNDS} interval=P1H limit={INTEREST_LIMIT}", market="market"
        ),
    )
    no_public_api = {"liquidations": "public only as the latest trades among all others"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are an object below `error`; refusals are told by their status."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        if str(payload.json.get("status")).upper() == "OK":
            return None
        error = payload.json.get("error")
        code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else ("none", error)
        return str(code), f"error {code}: {message}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Everything that only exists now is in one answer."""
        answer = await session.get("markets")
        stats = by_name(answer.rows("market_stats"), "name")
        return session.select(
            Market(name, number(stats[name]["daily_volume"]), _created(row["created_at"]))
            for name, row in by_name(answer.rows("instruments"), "name").items()
            if row["type"] in PERPETUALS and row["status"] == "ACTIVE"
        )


def _created(value: Any) -> int | None:
    """When a market began, where its record says it: what was moved had a life before."""
    created = whole(value)
    return None if created == MIGRATED_MS else created
