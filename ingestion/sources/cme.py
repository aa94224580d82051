"""CME and Coinbase Derivatives as the CFTC publishes them: weekly positions in their crypto futures.

Facts are the vendor's (the CFTC's pages) or recorded (its own files).

- CME has no public market data that may be used: no volume, no price, no perpetual in the usual sense. What
  is public is the report "Traders in Financial Futures, futures only", a Socrata table: `GET
  /resource/gpe5-46if.json` with SoQL ($where, $order, $limit ≤ 50,000). Keyless and throttled for all
  together (429); CFTC_APP_TOKEN in X-App-Token lifts that. Errors are 400 with errorCode and message
  (vendor).
- Every value is text, a null is an absent key; some names end in _all and some do not. Codes are letters too:
  133LM1 (recorded).
- Positions are those of TUESDAY's close, published on Friday at 15:30 in New York, later around holidays and
  for weeks in a shutdown (vendor). Corrections are rare and weeks late: eight weeks are read again.
- open_interest_all is CONTRACTS, one-sided: longs equal shorts. contract_units is prose, at times wrong
  ("Bitcoin X $0.10"): sizes are a macro in dbt (recorded). There is no price: USD is for whoever has one.
- A contract with few reporting traders is missing for weeks (recorded).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import by_offset
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

MOST_ROWS = 50_000
CODES = (
    "133741", "133742", "146021", "146022", "177741", "177742", "176740", "1330E1",
    "133LM1", "133LM4", "133LM5", "146LM1", "146LM3", "177LM1", "177LM3", "176LM1", "176LM3",
)  # fmt: skip
HOLDERS = ("dealer", "asset_mgr", "lev_money", "other_rept")
SIDES = ("long", "short", "spread")

POSITIONS = Table.of(
    "positions",
    "*cftc_contract_market_code *report_date:day=report_date_as_yyyy_mm_dd market_and_exchange_names contract_market_name? contract_units? "
    "open_interest_all:float=open_interest "
    + " ".join(f"{holder}_positions_{side}:float?" for holder in HOLDERS for side in SIDES)
    + " nonrept_positions_long:float? nonrept_positions_short:float? traders_tot_all:float?=traders_tot",
    look_back_days=8 * 7,
)


def _told(payload: Payload) -> list[Any]:
    """The items under names without `_all`; a day is written as its midnight, a code with spaces behind."""
    items = [{name.removesuffix("_all"): value for name, value in item.items()} if isinstance(item, dict) else {} for item in payload.json]
    for item in items:
        item["report_date_as_yyyy_mm_dd"] = _day(item.get("report_date_as_yyyy_mm_dd"))
        code = item.get("cftc_contract_market_code")
        item["cftc_contract_market_code"] = code.strip() if isinstance(code, str) else code
    return items


def _day(text: Any) -> Any:
    """What is no day stays as it is, and does not fit."""
    try:
        return date.fromisoformat(text[:10])
    except (TypeError, ValueError):
        return text


class Cme(Venue):
    name = "cme"
    optional_key_variable = "CFTC_APP_TOKEN"
    no_public_api = {
        "candles": "prices and volumes of CME are licensed; nothing that may be redistributed is public",
        "funding_rates": "dated futures pay none; Coinbase Derivatives publishes no history of its own",
        "premiums": "no mark and no index is public",
        "liquidations": "not published",
    }
    hosts = {"api": "https://publicreporting.cftc.gov"}
    limits = {"api": Limit(1, 1)}  # no budget is published: a polite rate
    tables = (POSITIONS,)
    endpoints = (serves("tff_futures_only", "api", "/resource/gpe5-46if.json", POSITIONS.at(rows=_told)),)

    def key_headers(self, key: str) -> Mapping[str, str]:
        return {"X-App-Token": key}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Socrata says `{"message", "errorCode"}` or `{"code", "message", "error": true}`; a list is an answer."""
        if not payload.body.lstrip().startswith(b"{"):
            return None
        code = str(payload.json.get("errorCode") or payload.json.get("code") or "none")
        return code, f"HTTP {payload.status}: {code}: {payload.json.get('message')}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists only now."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """One request for all contracts; a window of days that has no Tuesday still rereads what may be corrected."""
        window = session.window_for("positions", window)
        await session.each("tff_futures_only", [window], lambda only: _reports(session, only))


async def _reports(session: Session, window: Window) -> None:
    codes = ", ".join(f"'{code}'" for code in CODES)
    bounds = f"report_date_as_yyyy_mm_dd between '{window.first}T00:00:00' and '{window.last}T00:00:00'"
    params = {
        "$where": f"cftc_contract_market_code in ({codes}) and {bounds}",
        "$order": "report_date_as_yyyy_mm_dd, cftc_contract_market_code",
        "$limit": MOST_ROWS,
    }

    async def ask(offset: int) -> Answer:
        asked = (window.start_ms, window.end_ms)
        return await session.get("tff_futures_only", params=params | {"$offset": offset}, asked=asked)

    await by_offset(ask, "positions", MOST_ROWS)
