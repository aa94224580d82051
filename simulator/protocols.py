"""Protocols and their daily figures: fees, what they are split into, TVL, volume and open interest.

Money is in quarters of a dollar, so fees = supply side + revenue and revenue = protocol + holders hold to the last digit.
Figures are as DefiLlama would report them.
A protocol whose venue is simulated has the volume and open interest of that venue's markets; the others have their own.
A parent with parts (gmx) is the sum of them, each of which splits its fees its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.grid import Floats, snap
from simulator.market import Market
from simulator.paths import Regime, generator

MONEY_STEP = 0.25


@dataclass(frozen=True)
class Protocol:
    """One row of DefiLlama's list. Rates are fractions of volume; shares are fractions of fees. All made up.

    One of perpetuals is in none of our seeds, and one is a lender, whose figures are nobody's business here.
    """

    slug: str
    protocol: str  # the business: what our facts call it
    defillama_id: str
    name: str
    symbol: str
    coin_id: str
    chain: str
    daily_volume_usd: float
    open_interest_usd: float
    tvl_usd: float
    fee_rate: float | None  # None: no fees adapter
    supply_side_share: float = 0.0
    holders_share: float = 0.0  # of revenue
    venue: str = ""
    parent: str = ""
    reports_holders: bool = True
    part: float = 0.0  # which fraction of its parent's business it is; 0: the parent is no sum
    category: str = "Derivatives"


PROTOCOLS: tuple[Protocol, ...] = (
    Protocol("hyperliquid", "hyperliquid", "parent#hyperliquid", "Hyperliquid", "HYPE", "hyperliquid", "Hyperliquid L1",
             6e9, 6e9, 4.6e9, 0.00028, 0.01, 1.0, venue="hyperliquid"),
    Protocol("hyperliquid-perps", "hyperliquid", "5507", "Hyperliquid Perps", "HYPE", "", "Hyperliquid L1",
             6e9, 6e9, 4.6e9, 0.00028, 0.01, 1.0, venue="hyperliquid", parent="hyperliquid"),
    Protocol("gmx", "gmx", "parent#gmx", "GMX", "GMX", "gmx", "Arbitrum", 2.2e8, 1.6e8, 4.1e8, 0.0007, 0.63, 0.73,
             venue="gmx"),
    Protocol("gmx-v2-perps", "gmx_v2", "3365", "GMX V2 Perps", "GMX", "", "Arbitrum", 2.2e8, 1.6e8, 4.1e8, 0.0007, 0.63, 0.73,
             venue="gmx", parent="gmx", part=0.25),
    Protocol("gmx-solana", "gmx_solana", "5963", "GMX Solana", "-", "", "Solana", 2.2e8, 1.6e8, 4.1e8, 0.0007, 0.75, 0.0,
             venue="gmx", parent="gmx", reports_holders=False, part=0.75),
    Protocol("dydx", "dydx", "parent#dydx", "dYdX", "DYDX", "dydx-chain", "dYdX", 1.4e8, 7e7, 1.6e8, 0.00025, 0.0, 1.0,
             venue="dydx"),
    Protocol("jupiter-perpetual-exchange", "jupiter", "4077", "Jupiter Perpetual Exchange", "JUP", "", "Solana",
             5e8, 2.4e8, 1.1e9, 0.0011, 0.75, 0.5, venue="jupiter", parent="jupiter"),
    Protocol("aevo-perps", "aevo", "2797", "Aevo Perps", "AEVO", "", "Ethereum", 9e7, 1.1e7, 2.2e7, None, venue="aevo",
             parent="aevo"),
    Protocol("aster", "aster", "6755", "Aster", "ASTER", "aster-2", "BSC",
             4e9, 1.3e9, 1.2e9, 0.0003, 0.2, 0.0, venue="aster", reports_holders=False),
    Protocol("drift-trade", "drift", "970", "Drift Trade", "DRIFT", "", "Solana", 6e7, 3e7, 8e7, 0.0004, 0.0, 0.0, venue="drift",
             parent="drift"),
    Protocol("perpetual-protocol", "perpetual_protocol", "362", "Perpetual Protocol", "PERP", "perpetual-protocol", "OP Mainnet",
             1e5, 5e4, 2e6, 0.001, 0.8, 0.0, venue="perpetual_protocol"),
    Protocol("paradex", "paradex", "3648", "Paradex", "DIME", "", "Starknet", 6e8, 3e8, 5e7, 0.00005, 0.0, 0.5,
             venue="paradex"),
    Protocol("lighter", "lighter", "4636", "Lighter", "LIT", "", "zkLighter", 4e9, 1.2e9, 6e8, 0.00004, 0.0, 0.8,
             venue="lighter"),
    Protocol("edgex", "edgex", "4954", "edgeX", "EDGE", "", "edgeX", 3e9, 8e8, 3e8, 0.0002, 0.0, 0.0,
             venue="edgex", reports_holders=False),
    Protocol("woofi", "woofi", "parent#woofi", "WOOFi", "WOO", "woo-network", "Arbitrum", 3e7, 5e6, 9e6, 0.0005, 0.0, 0.8),
    Protocol("orderly-perps", "orderly", "3439", "Orderly Perps", "ORDER", "orderly-network", "Orderly",
             3e8, 4e7, 3e7, 0.0002, 0.0, 0.0, reports_holders=False),
    Protocol("virtuals-protocol", "virtuals", "5575", "Virtuals Protocol", "VIRTUAL", "virtual-protocol", "Base",
             4e6, 0.0, 2e7, 0.01, 0.0, 0.0, reports_holders=False, category="AI Agents"),
    Protocol("contango", "contango", "parent#contango", "Contango", "TANGO", "contango", "Ethereum", 5e6, 2e6, 4e7, 0.001, 0.0, 1.0),
    Protocol("vela-exchange", "vela_exchange", "2548", "Vela Exchange", "VELA", "vela-token", "Arbitrum", 2e7, 4e6, 6e6, 0.0008, 0.6, 0.5),
    Protocol("aave-v3", "aave_v3", "1599", "Aave V3", "AAVE", "", "Ethereum", 2e9, 0.0, 3e10, 0.0005, 0.85, 0.0, category="Lending"),
)  # fmt: skip

QUIET: dict[str, tuple[str, str]] = {
    "apex-omni": ("ApeX Omni", ""),
    "avantis": ("Avantis", ""),
    "derive": ("Derive", ""),
    "drift": ("Drift", ""),
    "dydx-v4": ("dYdX V4", "dydx"),
    "gains-network": ("Gains Network", ""),
    "gmx-v1": ("GMX V1 Perps", "gmx"),
    "jupiter": ("Jupiter", ""),
    "myx-finance": ("MYX Finance", ""),
    "ostium": ("Ostium", ""),
    "pacifica": ("Pacifica", ""),
    "synfutures": ("SynFutures", ""),
    "synthetix": ("Synthetix", ""),
    "variational": ("Variational", ""),
    "vertex-protocol": ("Vertex Protocol", ""),
}  # slug: name and parent of what the list has and what reports nothing in this world; the names of our seed are all known
METRICS = ("volume", "open_interest", "fees", "supply_side_revenue", "revenue", "protocol_revenue", "holders_revenue", "tvl")


def daily_series(protocol: Protocol, markets: Iterable[Market], shared: Regime, seed: int) -> dict[str, Floats]:
    """Metric → one value per day; a metric the protocol does not report has no entry."""
    days = shared.hours // 24
    rng = generator(seed, f"protocol:{protocol.parent or protocol.slug}")
    activity = shared.activity.reshape(days, 24).mean(axis=1) * np.exp(rng.normal(0.0, 0.15, days))
    tvl = protocol.tvl_usd * np.exp(np.cumsum(rng.normal(0.0, 0.01, days)))
    own = [market for market in markets if protocol.venue and market.venue == protocol.venue]
    volume = _daily_total(own, "volume_usd", days) if own else protocol.daily_volume_usd * activity
    leverage = shared.leverage.reshape(days, 24)[:, -1]
    held = _day_end_total(own, days) if own else protocol.open_interest_usd * leverage
    series = {"volume": snap(volume, MONEY_STEP), "open_interest": snap(held, MONEY_STEP), "tvl": snap(tvl, MONEY_STEP)}
    if protocol.part:
        series = {metric: snap(values * protocol.part, MONEY_STEP) for metric, values in series.items()}
    return series | _fee_split(protocol, series["volume"])


def all_series(protocols: Iterable[Protocol], markets: Sequence[Market], shared: Regime, seed: int) -> dict[str, dict[str, Floats]]:
    """Of every protocol, by slug. A parent with parts is their sum; what no part of it reports is not its either."""
    series = {protocol.slug: daily_series(protocol, markets, shared, seed) for protocol in protocols}
    for parent in {protocol.parent for protocol in protocols if protocol.part}:
        parts = [series[protocol.slug] for protocol in protocols if protocol.part and protocol.parent == parent]
        metrics = [metric for metric in METRICS if any(metric in part for part in parts)]
        series[parent] = {metric: np.sum([part[metric] for part in parts if metric in part], axis=0) for metric in metrics}
    return series


def _fee_split(protocol: Protocol, volume: Floats) -> dict[str, Floats]:
    if protocol.fee_rate is None:
        return {}
    fees = snap(volume * protocol.fee_rate, MONEY_STEP)
    supply_side = snap(fees * protocol.supply_side_share, MONEY_STEP)
    revenue = fees - supply_side
    holders = snap(revenue * protocol.holders_share, MONEY_STEP)
    split = {"fees": fees, "supply_side_revenue": supply_side, "revenue": revenue, "protocol_revenue": revenue - holders}
    return split | ({"holders_revenue": holders} if protocol.reports_holders else {})


def _daily_total(markets: list[Market], field: str, days: int) -> Floats:
    total = np.zeros(days * 24)
    for market in markets:
        total[market.alive()] += getattr(market, field)[market.alive()]
    return np.asarray(total.reshape(days, 24).sum(axis=1), dtype=np.float64)


def _day_end_total(markets: list[Market], days: int) -> Floats:
    total = np.zeros(days * 24)
    for market in markets:
        total[market.alive()] += market.open_interest_usd[market.alive()]
    return np.asarray(total.reshape(days, 24)[:, -1], dtype=np.float64)
