"""CME and Coinbase Derivatives as the CFTC publishes them: weekly positions in their crypto futures, from the Commitments of Traders.

From the shared venue and source references and the CFTC's own files; [V] recorded, [H] vendor's documentation, [A] assumed.

- CME has no public market data that may be used: no volume, no price, no perpetual in the usual sense. What is public is the report
  "Traders in Financial Futures, futures only", a Socrata table: `GET /resource/gpe5-46if.json` with SoQL ($where, $order, $limit ≤ 50,000).
  Keyless and throttled for all together (429); CFTC_APP_TOKEN in X-App-Token lifts that. Errors are 400 with errorCode and message [H].
- Every value is text, a null is an absent key; some names end in _all and some do not [V]. Codes are letters too: 133LM1 [V].
- Positions are those of TUESDAY's close, published on Friday at 15:30 in New York, later around holidays and for weeks in a shutdown [H].
  Corrections are rare and weeks late: eight weeks are read again.
- open_interest_all is CONTRACTS, one-sided: longs equal shorts [V]. contract_units is prose, at times wrong ("Bitcoin X $0.10"): sizes are
  a macro in dbt. There is no price: USD is for whoever has one.
- A contract with few reporting traders is missing for weeks [V].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

MOST_ROWS = 50_000
CODES = (
    "133741", "133742", "146021", "146022", "177741", "177742", "176740", "1330E1",
    "133LM1", "133LM4", "133LM5", "146LM1", "146LM3", "177LM1", "177LM3", "176LM1", "176LM3",
)  # fmt: skip
WEEKS_RESTATED = timedelta(weeks=8)
HOLDERS = ("dealer", "asset_mgr", "lev_money", "other_rept")
SIDES = ("long", "short", "spread")

POSITIONS = Entity.of(
    "positions",
    "*cftc_contract_market_code *report_date:day market_and_exchange_names contract_market_name? contract_units? open_interest_all:float "
    + " ".join(f"{holder}_positions_{side}:float?" for holder in HOLDERS for side in SIDES)
    + " nonrept_positions_long:float? nonrept_positions_short:float? traders_tot_all:float?",
    event=day("report_date"),
    look_back_days=WEEKS_RESTATED.days,
)


def _position(item: Mapping[str, Any], name: str) -> Any:
    """With or without `_all`: the table is not of one mind."""
    return item.get(f"{name}_all", item.get(name))


def _parse_positions(payload: Payload) -> Parsed:
    texts = ("market_and_exchange_names", "contract_market_name", "contract_units")
    names = [f"{holder}_positions_{side}" for holder in HOLDERS for side in SIDES]
    names += ["nonrept_positions_long", "nonrept_positions_short"]
    rows = []
    for item in payload.json:
        key = (item["cftc_contract_market_code"].strip(), date.fromisoformat(item["report_date_as_yyyy_mm_dd"][:10]))
        positions = [_position(item, name) for name in names]
        rows.append((*key, *fields(item, *texts, "open_interest_all"), *positions, item.get("traders_tot_all")))
    return {"positions": rows}


class Cme(Adapter):
    """See the module docstring."""

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
    entities = (POSITIONS,)
    endpoints = (Endpoint("tff_futures_only", "api", "/resource/gpe5-46if.json", ("positions",), _parse_positions),)

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
    offset = 0
    while len((await session.get("tff_futures_only", params=params | {"$offset": offset})).json) == MOST_ROWS:
        offset += MOST_ROWS
