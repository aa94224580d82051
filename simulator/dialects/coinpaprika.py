"""CoinPaprika: all tokens in one list, all exchanges in another. Learnt from shared reference sources/coinpaprika.md and the payload
beside it; the list of exchanges from its clients.

Ids are symbol and name; max_supply 0 is unknown; nothing says what circulates but the cap. Supplies are those of CoinGecko's dialect.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply
from simulator.dialects.coingecko import listed_venues, volume_of_24_hours
from simulator.world import World

DIALECT = Dialect("coinpaprika", not_found=lambda query: json_reply({"error": "not found"}, 404))


@DIALECT.get("/tickers")
def tickers(world: World, query: Query) -> Reply:
    coins = [asset for asset in world.history.assets.values() if asset.coin_id]
    return json_reply([_ticker(world, asset, rank) for rank, asset in enumerate(coins, 1)])


@DIALECT.get("/tickers/{id}")
def ticker(world: World, query: Query) -> Reply:
    for rank, asset in enumerate((asset for asset in world.history.assets.values() if asset.coin_id), 1):
        if _id(asset) == query.slots["id"]:
            return json_reply(_ticker(world, asset, rank))
    raise Refusal(json_reply({"error": "id not found"}, 404))


@DIALECT.get("/exchanges")
def exchanges(world: World, query: Query) -> Reply:
    """Whole dollars; two thirds of them are believed."""
    rows = []
    for rank, (venue, markets) in enumerate(sorted(listed_venues(world).items()), 1):
        usd = sum(volume_of_24_hours(world, one) for one in markets)
        rows.append({
            "id": venue, "name": venue.title(), "active": True, "markets": len(markets), "adjusted_rank": rank, "reported_rank": rank,
            "quotes": {"USD": {"reported_volume_24h": round(usd), "adjusted_volume_24h": round(usd * 2 / 3)}},
            "last_updated": f"{world.now:%Y-%m-%dT%H:%M:%SZ}",
        })  # fmt: skip
    return json_reply(rows)


def _id(asset: Asset) -> str:
    return f"{asset.name.lower()}-{asset.coin_id}"


def _ticker(world: World, asset: Asset, rank: int) -> dict[str, Any]:
    price = world.coin_price(asset.coin_id, world.now_ms // 1000) or 0.0
    cap = price * asset.circulating_supply
    quote = {"price": price, "volume_24h": price * 2.0**20, "market_cap": cap, "percent_change_24h": 0.0}
    return {
        "id": _id(asset), "name": asset.coin_id.title(), "symbol": asset.name, "rank": rank, "max_supply": 0,
        "total_supply": asset.total_supply,
        "beta_value": 1.0, "first_data_at": "2020-01-01T00:00:00Z", "last_updated": f"{world.now:%Y-%m-%dT%H:%M:%SZ}",
        "quotes": {"USD": quote},
    }  # fmt: skip
