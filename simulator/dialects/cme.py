"""The CFTC's Socrata table of traders in financial futures: weekly positions in crypto futures, all values text.

Learnt from shared reference sources/cftc.md, venues/cme.md and the recorded files beside them. A report is of Tuesday's close and
appears on Friday at 20:30 UTC; one that is younger is not there. $where is read for its codes and its two days only.

There is no price and no candle, and what is open is told on Tuesdays only: its listings show nothing of what the truth has frames of.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

CONTRACTS = {"BTC": ("133741", 5.0, "BITCOIN"), "ETH": ("146021", 50.0, "ETHER CASH SETTLED")}
TUESDAY = 1
CLOSES_AT_HOUR = 21
PUBLISHED_AFTER = timedelta(days=3, hours=20, minutes=30)


def list_asset(asset: Asset) -> list[Listing]:
    """The two large contracts; nothing funds them, but a market has open interest only where it is funded."""
    if asset.name not in CONTRACTS:
        return []
    code, size, name = CONTRACTS[asset.name]
    return [Listing(code, "future", volume_share=0.1, contract_base=size, shows=frozenset(), tags={"name": name})]


def error(message: str) -> Reply:
    return json_reply({"errorCode": "query.compiler.malformed", "message": message, "data": {}}, 400)


VENUE = Venue("cme", list_asset)
DIALECT = Dialect("cme", VENUE, not_found=lambda query: json_reply({"code": "dataset.missing", "error": True, "message": "Not found"}, 404))


@DIALECT.get("/resource/gpe5-46if.json")
def reports(world: World, query: Query) -> Reply:
    where = query.params.get("$where", "")
    days = [date.fromisoformat(text) for text in re.findall(r"'(\d{4}-\d\d-\d\d)T00:00:00'", where)]
    if len(days) != 2:
        raise Refusal(error("Could not parse SoQL query"))
    codes = set(re.findall(r"'(\w{6})'", where))
    tuesdays = [one for one in _days(*days) if one.weekday() == TUESDAY and _is_published(world, one)]
    rows = [
        _row(market, one)
        for one in tuesdays
        for market in sorted(world.markets("cme"), key=lambda market: market.symbol)
        if market.symbol in codes
    ]
    offset, limit = query.integer("$offset", 0), query.integer("$limit", 1000)
    return json_reply(rows[offset : offset + limit])


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number_of) for number_of in range((last - first).days + 1)]


def _is_published(world: World, tuesday: date) -> bool:
    midnight = datetime(tuesday.year, tuesday.month, tuesday.day, tzinfo=UTC)
    return world.history.start <= midnight and midnight + PUBLISHED_AFTER <= world.now


def _row(market: Market, tuesday: date) -> dict[str, Any]:
    at_ms = int(datetime(tuesday.year, tuesday.month, tuesday.day, CLOSES_AT_HOUR, tzinfo=UTC).timestamp() * 1000)
    contracts = float(market.open_interest_contracts[(at_ms - market.start_ms) // HOUR_MS])
    name = market.listing.tags.get("name", market.asset.name)
    return {
        "id": f"{tuesday:%y%m%d}{market.symbol}F", "market_and_exchange_names": f"{name} - CHICAGO MERCANTILE EXCHANGE",
        "report_date_as_yyyy_mm_dd": f"{tuesday}T00:00:00.000", "contract_market_name": name,
        "cftc_contract_market_code": market.symbol, "open_interest_all": number(contracts),
        "dealer_positions_long_all": number(contracts / 4), "dealer_positions_short_all": number(contracts / 2),
        "lev_money_positions_long": number(contracts / 8), "lev_money_positions_short": number(contracts / 4), "traders_tot_all": "132",
    }  # fmt: skip
