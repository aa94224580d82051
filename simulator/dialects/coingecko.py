"""CoinGecko: what exchanges and tokens look like from outside, made of the same truth.

Learnt from shared reference sources/coingecko.md and the payloads beside it. An exchange is a venue of the truth; its figures are in
bitcoin, rates of contracts are percent. Supplies do not change, and a cap is price × circulating; charts are hourly up to 90 days, daily
beyond, and go back 365 days.
Venues that are in nobody's truth are not here either. Categories hold coins of the truth; a coin has as many commits as
its name has letters, or no repository at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.world import World

HOUR_S, DAY_S = 3600, 86_400
HOURLY_UP_TO = 90 * DAY_S
KEPT = 365 * DAY_S


# Ids of venues as the list has them, where they are not ours.
LISTED = {
    "binance": "binance_futures", "okx": "okex_swap", "bitget": "bitget_futures", "htx": "huobi_dm", "kraken": "kraken_futures",
    "gate": "gate_futures", "kucoin": "kumex", "mexc": "mxc_futures", "bingx": "bingx_futures",
    "coinbase": "coinbase_international_derivatives", "dydx": "dydx_chain",
}  # fmt: skip


# What staff at CoinGecko thinks a coin is, as told by its page of 2026; io and ai-rig-complex are in no seed of ours, iotex is no AI.
CATEGORIES = {
    "artificial-intelligence": (
        "bittensor", "render-token", "fetch-ai", "worldcoin-wld", "virtual-protocol", "grass", "the-graph", "akash-network", "io",
        "venice-token", "golem", "iexec-rlc", "livepeer", "nosana", "ai-rig-complex", "near",
    ),
    "ai-agents": ("fetch-ai", "virtual-protocol", "aixbt", "ai-rig-complex", "venice-token"),
    "ai-applications": ("worldcoin-wld", "venice-token"),
    "ai-framework": ("virtual-protocol", "ai-rig-complex"),
    "bittensor-subnets": (),
    "depin": ("render-token", "akash-network", "io", "grass", "livepeer", "nosana", "golem", "iexec-rlc", "iotex"),
    "big-data": ("the-graph", "grass", "iotex"),
}  # fmt: skip
WITHOUT_REPOSITORY = ("aixbt", "grass", "io")


def _too_many(retry_after: float, was_warned: bool) -> Reply:
    body = {"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}
    reply = json_reply(body, 429)
    reply.headers["Retry-After"] = str(max(1, round(retry_after)))
    return reply


DIALECT = Dialect("coingecko", too_many=_too_many, not_found=lambda query: json_reply({"error": "Incorrect path."}, 404))


def listed_venues(world: World) -> dict[str, list[Market]]:
    found: dict[str, list[Market]] = {}
    for market in world.history.markets:
        if market.listing.funding_interval_hours is not None and market.listed_ms <= world.now_ms and world.is_trading(market):
            found.setdefault(market.venue, []).append(market)
    return found


def _name(venue: str) -> str:
    return f"{venue.title()} (Futures)"


def volume_of_24_hours(world: World, market: Market) -> float:
    return sum(candle.usd for candle in world.last_24_hours(market))


@DIALECT.get("/derivatives/exchanges")
def exchanges(world: World, query: Query) -> Reply:
    bitcoin = world.coin_price("bitcoin", world.now_ms // 1000) or 1.0
    rows = []
    for venue, markets in sorted(listed_venues(world).items()):
        interest = sum(float(one.open_interest_usd[world.current_hour(one)]) for one in markets)
        rows.append({
            "name": _name(venue), "id": LISTED.get(venue, venue), "open_interest_btc": round(interest / bitcoin, 2),
            "trade_volume_24h_btc": f"{sum(volume_of_24_hours(world, one) for one in markets) / bitcoin:.2f}",
            "number_of_perpetual_pairs": len(markets), "number_of_futures_pairs": 0, "image": "", "year_established": 2020,
            "country": None, "description": "", "url": f"https://{venue}.example/",
        })  # fmt: skip
    size, page = query.integer("per_page", 50), query.integer("page", 1)
    return json_reply(rows[(page - 1) * size : page * size])


@DIALECT.get("/derivatives")
def derivatives(world: World, query: Query) -> Reply:
    return json_reply([_ticker(world, one) for _, markets in sorted(listed_venues(world).items()) for one in markets])


def _ticker(world: World, one: Market) -> dict[str, Any]:
    hour = world.current_hour(one)
    mark, index = float(one.mark[hour]), float(one.index[hour])
    rate = float(one.funding_estimate[hour]) * (one.listing.funding_interval_hours or 1)
    return {
        "market": _name(one.venue), "symbol": one.symbol, "index_id": one.asset.name, "price": number(mark),
        "price_percentage_change_24h": 0.0, "contract_type": "perpetual", "index": index, "basis": (index - mark) / index * 100,
        "spread": 0.01, "funding_rate": rate * 100, "open_interest": float(one.open_interest_usd[hour]),
        "volume_24h": volume_of_24_hours(world, one), "last_traded_at": world.now_ms // 1000, "expired_at": None,
    }  # fmt: skip


def _asset(world: World, coin: str) -> Asset | None:
    return next((asset for asset in world.history.assets.values() if asset.coin_id == coin), None)


@DIALECT.get("/coins/markets")
def coins_markets(world: World, query: Query) -> Reply:
    """Those of a category, the largest first, or those that are named; unknown ids are absent, an unknown category is an error."""
    category = query.params.get("category")
    if category is None:
        return json_reply(_market_rows(world, query.params.get("ids", "").split(",")))
    if category not in CATEGORIES:
        raise Refusal(json_reply({"error": "category not found"}, 404))
    rows = sorted(_market_rows(world, CATEGORIES[category]), key=lambda row: -row["market_cap"])
    size, page = query.integer("per_page", 100), query.integer("page", 1)
    return json_reply(rows[(page - 1) * size : page * size])


def _market_rows(world: World, coins: Iterable[str]) -> list[dict[str, Any]]:
    rows = []
    for coin in coins:
        asset, price = _asset(world, coin), world.coin_price(coin, world.now_ms // 1000)
        if asset is not None and price is not None:
            circulating, total = asset.circulating_supply, asset.total_supply
            rows.append({
                "id": coin, "symbol": asset.name.lower(), "name": asset.name, "current_price": price, "market_cap": price * circulating,
                "fully_diluted_valuation": price * total, "total_volume": price * 2.0**20, "circulating_supply": circulating,
                "total_supply": total, "max_supply": None, "last_updated": f"{world.now:%Y-%m-%dT%H:%M:%S.000Z}",
            })  # fmt: skip
    return rows


@DIALECT.get("/coins/{id}")
def coin(world: World, query: Query) -> Reply:
    """What is known of a coin, without its markets; figures of developers are 0 where no repository is followed."""
    name = query.slots["id"]
    if (asset := _asset(world, name)) is None:
        raise Refusal(json_reply({"error": "coin not found"}, 404))
    commits = 0 if name in WITHOUT_REPOSITORY else len(name)
    changed = {"additions": commits * 40 or None, "deletions": -commits * 10 or None}
    told = {
        "forks": commits * 7, "stars": commits * 30, "subscribers": commits, "total_issues": commits * 3, "closed_issues": commits * 2,
        "pull_requests_merged": commits * 5, "pull_request_contributors": commits // 2, "code_additions_deletions_4_weeks": changed,
        "commit_count_4_weeks": commits, "last_4_weeks_commit_activity_series": [],
    }  # fmt: skip
    categories = [category for category, coins in CATEGORIES.items() if name in coins]
    known = {"id": name, "symbol": asset.name.lower(), "name": asset.name, "categories": categories}
    return json_reply(known | ({"developer_data": told} if query.params.get("developer_data", "true") == "true" else {}))


@DIALECT.get("/coins/{id}/market_chart/range")
def market_chart(world: World, query: Query) -> Reply:
    coin = query.slots["id"]
    if (asset := _asset(world, coin)) is None:
        raise Refusal(json_reply({"error": "coin not found"}, 404))
    start, end = query.integer("from", 0), min(query.integer("to", 0), world.now_ms // 1000)
    if start < world.now_ms // 1000 - KEPT - DAY_S:
        message = "Your request exceeds the allowed time range. Public API users are limited to querying historical data within 365 days."
        raise Refusal(json_reply({"error": {"status": {"error_code": 10012, "error_message": message}}}, 401))
    width = HOUR_S if end - start <= HOURLY_UP_TO else DAY_S
    stamps = range(-(-start // width) * width, end + 1, width)
    points = [(stamp * 1000, price) for stamp in stamps if (price := world.coin_price(coin, stamp)) is not None]
    return json_reply({
        "prices": [[at, price] for at, price in points],
        "market_caps": [[at, price * asset.circulating_supply] for at, price in points],
        "total_volumes": [[at, price * 2.0**20 + at % HOUR_MS] for at, price in points],
    })  # fmt: skip
