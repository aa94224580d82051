"""CoinGecko: the outside opinion. What derivatives exchanges report, and token prices, caps and supplies.

From the vendor's OpenAPI files and documentation (vendor) and recorded payloads (recorded).

- Keyless, with a quota per shared address of 5 to 15 requests a minute, in which failures count (vendor): ten
  a minute here. Supplies exist only now and are asked in every snapshot, with the caps, one request for all
  coins; all else once a day. COINGECKO_API_KEY, a demo key, goes into the header x-cg-demo-api-key. Pro keys have
  another host: not here.
- /derivatives/exchanges: ≤ 100 a page; open_interest_btc is a number, trade_volume_24h_btc a text, both in
  BITCOIN (recorded).
- /derivatives: every contract of every exchange in one answer of some megabytes. price is text, open_interest
  and volume_24h USD, funding_rate PERCENT for the exchange's own interval, spread and basis percent;
  last_traded_at and expired_at are seconds (recorded). GMX has no funding there. Which side of open interest
  an exchange gives is not said.
- /coins/markets: ≤ 250 ids a call, those that are unknown silently absent; a market cap of 0 is unknown
  (recorded).
- /coins/markets?category=: the largest of a category by market cap, 250 a page, rows as above (vendor). Ids of
  categories are those of /coins/categories/list; the seven asked for are in public use (third party: filters of
  several code bases). A category is what CoinGecko's staff thinks, without dates: what it held is known from our
  own captures on. One page of each, once a day: what is smaller than the 250th is not seen.
- /coins/{id}?developer_data=true: figures of the repositories CoinGecko follows, 0 everywhere or null where it
  follows none (vendor's examples); commits are of four weeks. A request a coin, so a run asks for the eight
  whose answer is the oldest: of the AI protocols of the seed, and the largest of the category.
- /coins/{id}/market_chart/range: `[[ms, value]]` of price, cap and volume; hourly for 2 to 90 days, daily at
  00:00 UTC beyond, the last point is of now; 365 days back at most without a paid plan (recorded). A request a
  coin, so only for days of which no snapshot is held: a run that follows yesterday's asks for none.
- Errors: {"error": text}, {"status": {"error_code", "error_message"}} or {"error_code", "status": …}; 10005
  and 10012 ask for a plan (vendor).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.errors import BadAnswer
from ingestion.run.held import By
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue import names, seeds
from ingestion.venue.paging import Cut
from ingestion.venue.parsing import point
from ingestion.venue.series import Series, read_days
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

EXCHANGES_PAGE, MOST_PAGES, COINS_PAGE = 100, 20, 250
KEPT = timedelta(days=365)
NEVER = datetime.min.replace(tzinfo=UTC)
AI = "artificial-intelligence"
# Ids from public filters over CoinGecko's list; what each says of a token is in the seed ai_categories.
CATEGORIES = (AI, "ai-agents", "ai-applications", "ai-framework", "bittensor-subnets", "depin", "big-data")
LARGEST, ASKED_A_RUN = 30, 8  # of the category AI, whose developers are asked for beside those of the seed; and how many a run asks for
BITCOIN = "bitcoin"  # what exchanges' figures in bitcoin are worth

EXCHANGES = Table.of(
    "derivatives_exchanges",
    "*id *observed_at:instant=~ name open_interest_btc:float? trade_volume_24h_btc:float? number_of_perpetual_pairs:int? "
    "number_of_futures_pairs:int? year_established:int? country?",
)
TICKERS = Table.of(
    "derivatives_tickers",
    "*market *symbol *contract_type *observed_at:instant=~ index_id? price:float? index:float? basis:float? spread:float? "
    "funding_rate:float? open_interest:float? volume_24h:float? last_traded_at:s? expired_at:s?",
)
COINS = Table.of(
    "coins_markets",
    "*id *observed_at:instant=~ symbol name current_price:float? market_cap:float? fully_diluted_valuation:float? total_volume:float? "
    "circulating_supply:float? total_supply:float? max_supply:float? last_updated?",
)
CATEGORY_COINS = Table.of(
    "category_coins",
    "*category=@category *id *observed_at:instant=~ symbol name current_price:float? market_cap:float? fully_diluted_valuation:float? "
    "total_volume:float? circulating_supply:float?",
)
DEVELOPERS = Table.of(
    "developers",
    "*id *observed_at:instant=~ forks:int?=developer_data.forks stars:int?=developer_data.stars "
    "pull_requests_merged:int?=developer_data.pull_requests_merged commit_count_4_weeks:int?=developer_data.commit_count_4_weeks "
    "pull_request_contributors:int?=developer_data.pull_request_contributors",
)
CHARTS = Table.history("market_charts: *id=@id *time:ms=0 price:float?=1 market_cap:float?=2 total_volume:float?=3")


def _chart(payload: Payload) -> list[list[Any]]:
    """Three series joined by their instant; a point of another shape is a row of its own, which does not fit."""
    joined: dict[Any, list[Any]] = {}
    odd: list[list[Any]] = []
    for place, name in enumerate(("prices", "market_caps", "total_volumes"), 1):
        for stamp, value in map(point, payload.json[name]):
            if type(stamp) in (int, float):
                joined.setdefault(stamp, [stamp, None, None, None])[place] = value
            else:
                odd.append([None])
    return [*(joined[stamp] for stamp in sorted(joined)), *odd]


ASKED = "{id}=@symbol vs_currency=usd from=@start_s to=@last_s"


class Coingecko(Venue):
    name = "coingecko"
    market_parameters = ("id",)
    optional_key_variable = "COINGECKO_API_KEY"
    unknown_codes = frozenset({"coin not found"})
    refused_codes = frozenset({"1020", "10002", "10005", "10010", "10011", "10012"})
    hosts = {"api": "https://api.coingecko.com/api/v3"}
    limits = {"api": Limit(10, 60)}
    tables = (EXCHANGES, TICKERS, COINS, CATEGORY_COINS, DEVELOPERS, CHARTS)
    endpoints = (
        serves("derivatives_exchanges", "api", "/derivatives/exchanges", EXCHANGES),
        serves("derivatives", "api", "/derivatives", TICKERS),
        serves("category_coins", "api", "/coins/markets", CATEGORY_COINS, when=lambda request: "category" in request),
        serves("coins_markets", "api", "/coins/markets", COINS, when=lambda request: "category" not in request),
        serves("developers", "api", "/coins/{id}", DEVELOPERS, when=lambda request: request.get("developer_data", "true") == "true"),
        serves("market_chart", "api", "/coins/{id}/market_chart/range", CHARTS.at(rows=_chart)),
    )
    series = (Series("market_chart", CHARTS, Cut(timedelta(days=36_500)), ASKED, market="id", kept=KEPT),)  # all that is kept is one answer

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
        absent: list[str] = []

        async def one(ids: list[str]) -> None:
            answer = await session.get("coins_markets", params=common | {"ids": ",".join(ids)})
            found = {row["id"] for row in answer.rows("coins_markets")}
            absent.extend(coin for coin in ids if coin not in found)

        await session.each("coins_markets", pages, one)
        names.tell_absent(session, "coins_markets", "coingecko_id", coins, absent)
        return [Market(coin, is_listed=coin not in absent or len(absent) == len(coins)) for coin in coins]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """What exchanges and categories are now, and each coin's chart of days before yesterday, or of more than one."""
        listed = [market for market in markets if market.is_listed]
        await asyncio.gather(
            session.each("derivatives_exchanges", [MOST_PAGES], lambda most: self._exchanges(session, most)),
            session.each("derivatives", [{}], lambda params: session.get("derivatives", params=params)),
            self._categories(session),
            self._charts(session, window, listed),
        )

    async def _charts(self, session: Session, window: Window, markets: list[Market]) -> None:
        """Of the days that were asked for, but for yesterday alone; in a catch-up run of those before it that nobody saw."""
        if session.catch_up:
            missed = session.missed(window, [one.symbol for one in markets], By(COINS.name, "id"), By(CHARTS.name, "id"))
            await read_days(session, self.series[0], [(Market(coin), Window(days[0], window.last)) for coin, days in missed.items()])
        elif window.first < window.last or window.end.date() != session.now().date():
            await super().history(session, window, markets)

    async def _categories(self, session: Session) -> None:
        """The lists, then the developers of those that were not asked for the longest time."""
        largest: list[str] = []

        async def one(category: str) -> None:
            params = {"vs_currency": "usd", "category": category, "order": "market_cap_desc", "per_page": COINS_PAGE, "page": 1}
            answer = await session.get("category_coins", params=params)
            if category == AI:
                largest.extend(row["id"] for row in answer.rows("category_coins")[:LARGEST] if isinstance(row["id"], str))

        await session.each("category_coins", CATEGORIES, one)
        last: dict[str, datetime] = {}
        for coin, at in session.lately("developers", "id", "observed_at"):
            last[coin] = max(at, last.get(coin, at))
        coins = sorted({*seeds.coins_of(session.settings, "ai"), *largest}, key=lambda coin: (last.get(coin, NEVER), coin))
        await session.each("developers", coins[:ASKED_A_RUN], lambda coin: self._developers(session, coin))

    async def _developers(self, session: Session, coin: str) -> None:
        params = {"localization": "false", "tickers": "false", "market_data": "false", "community_data": "false", "developer_data": "true"}
        await session.get("developers", path={"id": coin}, params=params | {"sparkline": "false"}, market=coin)

    async def _exchanges(self, session: Session, most: int) -> None:
        for page in range(1, most + 1):
            answer = await session.get("derivatives_exchanges", params={"per_page": EXCHANGES_PAGE, "page": page})
            if answer.height("derivatives_exchanges") < EXCHANGES_PAGE:
                return
        raise BadAnswer(self.name, "derivatives_exchanges", f"more than {most} pages", advice="look at the answers")
