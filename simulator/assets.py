"""The assets of the simulated world: what is traded, at what price, how much of it, and under which ids.

Only facts about assets belong here. What a venue calls them is the venue's dialect; how they move is `paths.py`.
Prices and sizes are of the order of the second half of 2026; nothing here claims to be a real quotation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Asset:
    """One underlying. Fractions of the simulated period say when it lists (and is taken off) everywhere."""

    name: str
    coin_id: str  # CoinGecko id, as DefiLlama's coin prices use it; '' when it is no coin
    price_usd: float
    daily_volume_usd: float  # of the largest linear perpetual
    open_interest_usd: float
    beta: float = 1.0  # to the common factor, and so to the crash
    hourly_volatility: float = 0.004  # of its own, beside the common factor
    kind: str = "crypto"  # crypto | equity
    has_spot: bool = True
    listed_at_fraction: float | None = None
    delisted_at_fraction: float | None = None
    is_traded: bool = True  # False: a token with a price and no perpetual
    circulating_supply: float = 2.0**28  # powers of two, so that caps are exact multiples of prices
    total_supply: float = 2.0**29


def _token(name: str, coin_id: str, price_usd: float, circulating_supply: float, total_supply: float) -> Asset:
    """One with a price and a market cap, and no perpetual."""
    asset = Asset(name, coin_id, price_usd, 0, 0, 1.2, 0.005, is_traded=False)
    return replace(asset, circulating_supply=circulating_supply, total_supply=total_supply)


ASSETS: tuple[Asset, ...] = (
    Asset("BTC", "bitcoin", 77_000.0, 1.2e10, 7.0e9, 1.0, 0.0012, circulating_supply=2.0**24, total_supply=2.0**24),
    Asset("ETH", "ethereum", 2_570.0, 8.0e9, 4.5e9, 1.1, 0.002, circulating_supply=2.0**27, total_supply=2.0**27),
    Asset("SOL", "solana", 142.0, 3.0e9, 1.6e9, 1.2, 0.003, circulating_supply=2.0**29, total_supply=2.0**29),
    Asset("HYPE", "hyperliquid", 41.0, 9.0e8, 8.0e8, 1.25, 0.004, has_spot=False, total_supply=2.0**30),
    Asset("PEPE", "pepe", 9.6e-06, 4.0e8, 2.2e8, 1.35, 0.005),
    Asset("DOGE", "dogecoin", 0.19, 7.0e8, 5.0e8, 1.3, 0.004, circulating_supply=2.0**37, total_supply=2.0**37),
    Asset("XRP", "ripple", 2.3, 1.1e9, 9.0e8, 1.1, 0.003, circulating_supply=2.0**36, total_supply=2.0**37),
    Asset("BNB", "binancecoin", 690.0, 6.0e8, 5.0e8, 0.8, 0.002, circulating_supply=2.0**27, total_supply=2.0**27),
    Asset("AVAX", "avalanche-2", 23.0, 3.0e8, 2.0e8, 1.25, 0.004, circulating_supply=2.0**29, total_supply=2.0**29),
    Asset("LINK", "chainlink", 16.0, 3.5e8, 2.5e8, 1.2, 0.004, circulating_supply=2.0**29, total_supply=2.0**30),
    Asset("ARB", "arbitrum", 0.41, 1.6e8, 1.1e8, 1.3, 0.005, circulating_supply=2.0**32, total_supply=2.0**33),
    Asset("SUI", "sui", 2.9, 5.5e8, 3.5e8, 1.3, 0.005, circulating_supply=2.0**32, total_supply=2.0**33),
    Asset("ASTER", "aster-2", 1.4, 2.4e8, 1.5e8, 1.2, 0.006, has_spot=False, listed_at_fraction=0.45),
    Asset("MATIC", "matic-network", 0.38, 6.0e7, 4.0e7, 1.2, 0.004, delisted_at_fraction=0.8),
    Asset("AAPL", "", 232.0, 5.0e7, 4.0e7, 0.15, 0.0015, kind="equity", has_spot=False),
    _token("GMX", "gmx", 13.0, 2.0**23, 2.0**23),
    _token("DYDX", "dydx-chain", 0.55, 2.0**29, 2.0**30),
    _token("JUP", "jupiter-exchange-solana", 0.47, 2.0**31, 2.0**33),
    _token("AEVO", "aevo-exchange", 0.09, 2.0**29, 2.0**30),
    _token("FET", "fetch-ai", 0.31, 2.0**31, 2.0**31),
    _token("TAO", "bittensor", 340.0, 2.0**23, 2.0**24),
    _token("RENDER", "render-token", 2.6, 2.0**29, 2.0**29),
    _token("WLD", "worldcoin-wld", 0.8, 2.0**31, 2.0**33),
    _token("VIRTUAL", "virtual-protocol", 1.3, 2.0**29, 2.0**30),
    _token("AAVE", "aave", 210.0, 2.0**24, 2.0**24),
    _token("AIXBT", "aixbt", 0.06, 2.0**30, 2.0**30),
    _token("ALGO", "algorand", 0.18, 2.0**33, 2.0**33),
    _token("APEX", "apex-token-2", 0.9, 2.0**27, 2.0**27),
    _token("APT", "aptos", 3.2, 2.0**29, 2.0**30),
    _token("BCH", "bitcoin-cash", 520.0, 2.0**24, 2.0**24),
    _token("BLUE", "bluefin", 0.06, 2.0**28, 2.0**30),
    _token("ADA", "cardano", 0.6, 2.0**35, 2.0**35),
    _token("TIA", "celestia", 1.1, 2.0**30, 2.0**31),
    _token("TANGO", "contango", 0.02, 2.0**28, 2.0**30),
    _token("ATOM", "cosmos", 3.1, 2.0**29, 2.0**29),
    _token("CRV", "curve-dao-token", 0.6, 2.0**30, 2.0**30),
    _token("WIF", "dogwifcoin", 0.5, 2.0**30, 2.0**30),
    _token("DRIFT", "drift-protocol", 0.3, 2.0**28, 2.0**29),
    _token("ENA", "ethena", 0.4, 2.0**33, 2.0**34),
    _token("ETC", "ethereum-classic", 17.0, 2.0**27, 2.0**27),
    _token("FIL", "filecoin", 1.7, 2.0**29, 2.0**30),
    _token("GNS", "gains-network", 1.5, 2.0**25, 2.0**26),
    _token("GRASS", "grass", 0.6, 2.0**28, 2.0**29),
    _token("SNX", "havven", 0.8, 2.0**28, 2.0**28),
    _token("HBAR", "hedera-hashgraph", 0.19, 2.0**35, 2.0**35),
    _token("INJ", "injective-protocol", 8.4, 2.0**27, 2.0**27),
    _token("ICP", "internet-computer", 4.1, 2.0**29, 2.0**29),
    _token("LDO", "lido-dao", 0.9, 2.0**30, 2.0**30),
    _token("LIT", "lighter", 2.6, 2.0**28, 2.0**29),
    _token("LTC", "litecoin", 95.0, 2.0**26, 2.0**26),
    _token("XMR", "monero", 330.0, 2.0**24, 2.0**24),
    _token("NEAR", "near", 2.4, 2.0**30, 2.0**30),
    _token("OP", "optimism", 0.5, 2.0**31, 2.0**32),
    _token("ORDER", "orderly-network", 0.2, 2.0**28, 2.0**30),
    _token("PERP", "perpetual-protocol", 0.2, 2.0**26, 2.0**26),
    _token("DOT", "polkadot", 3.0, 2.0**31, 2.0**31),
    _token("SEI", "sei-network", 0.2, 2.0**32, 2.0**33),
    _token("XLM", "stellar", 0.28, 2.0**35, 2.0**35),
    _token("TON", "the-open-network", 2.1, 2.0**31, 2.0**32),
    _token("TRX", "tron", 0.3, 2.0**36, 2.0**36),
    _token("UNI", "uniswap", 6.4, 2.0**29, 2.0**29),
    _token("WOO", "woo-network", 0.05, 2.0**31, 2.0**31),
    _token("ZEC", "zcash", 240.0, 2.0**24, 2.0**24),
    _token("AKT", "akash-network", 1.1, 2.0**28, 2.0**29),
    _token("ARKM", "arkham", 0.4, 2.0**29, 2.0**30),
    _token("GLM", "golem", 0.2, 2.0**30, 2.0**30),
    _token("RLC", "iexec-rlc", 0.9, 2.0**26, 2.0**26),
    _token("LPT", "livepeer", 5.0, 2.0**25, 2.0**25),
    _token("NOS", "nosana", 0.4, 2.0**26, 2.0**27),
    _token("GRT", "the-graph", 0.06, 2.0**33, 2.0**33),
    _token("VVV", "venice-token", 2.4, 2.0**25, 2.0**26),
    _token("IO", "io", 0.3, 2.0**28, 2.0**29),
    _token("ARC", "ai-rig-complex", 0.02, 2.0**30, 2.0**30),
    _token("IOTX", "iotex", 0.01, 2.0**33, 2.0**33),
)
