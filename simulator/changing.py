"""A world in which everything changes that can: which market, on which day. `python -m simulator --changing` serves it.

Belongs here: the schedule, as data. Does not: what a change does (changes.py). Days count from 0; the fewest that hold it all are DAYS.
"""

from __future__ import annotations

from simulator.changes import Event, Halt, Lacks, MissedSettlement, NewTerms, Relisted, ZeroInterest

DAYS = 5

CHANGING_WORLD: tuple[Event, ...] = (
    # How much a contract is, at every venue that counts contracts
    NewTerms("kucoin", "XBTUSDTM", 3, {"contract_base": 2.0**-9}),
    NewTerms("kucoin", "PEPEUSDTM", 2, {"contract_base": 2.0**18}),
    NewTerms("mexc", "BTC_USDT", 2, {"contract_base": 2.0**-10}),
    NewTerms("mexc", "BTC_USD", 4, {"contract_usd": 10.0}),
    NewTerms("gate", "BTC_USDT", 3, {"contract_base": 2.0**-10}),
    NewTerms("okx", "BTC-USDT-SWAP", 3, {"contract_base": 2.0**-4}),
    NewTerms("okx", "BTC-USD-SWAP", 2, {"contract_usd": 10.0}),
    NewTerms("htx", "BTC-USDT", 3, {"contract_base": 2.0**-13}),
    NewTerms("htx", "BTC-USD", 4, {"contract_usd": 10.0}),
    NewTerms("binance", "BTCUSD_PERP", 3, {"contract_usd": 10.0}),
    # What a unit of base is
    NewTerms("paradex", "kPEPE-USD-PERP", 3, {"unit": 1.0, "tags": {"base": "PEPE"}}),
    NewTerms("edgex", "1000PEPEUSDC", 3, {"unit": 1.0, "tags": {"base": "PEPE"}}),
    # How often funding is settled
    NewTerms("kucoin", "XBTUSDTM", 4, {"funding_interval_hours": 4}),
    NewTerms("okx", "ETH-USDT-SWAP", 3, {"funding_interval_hours": 4}),
    NewTerms("bybit", "ETHUSDT", 2, {"funding_interval_hours": 4}),
    NewTerms("binance", "ETHUSDT", 3, {"funding_interval_hours": 4}),
    NewTerms("gate", "PEPE_USDT", 3, {"funding_interval_hours": 8}),
    NewTerms("mexc", "ETH_USDT", 3, {"funding_interval_hours": 4}),
    NewTerms("htx", "ETH-USDT", 3, {"funding_interval_hours": 4}),
    NewTerms("bitget", "BTCUSDT", 3, {"funding_interval_hours": 4}),
    NewTerms("aster", "ETHUSDT", 3, {"funding_interval_hours": 4}),
    NewTerms("edgex", "ETHUSDC", 3, {"funding_interval_hours": 1}),
    NewTerms("bingx", "ETH-USDT", 3, {"funding_interval_hours": 4}),
    NewTerms("paradex", "ETH-USD-PERP", 3, {"funding_interval_hours": 4}),
    # What is traded
    NewTerms("kucoin", "ETHUSDTM", 3, {"underlying_class": "equity"}),
    NewTerms("lighter", "AAPL", 4, {"underlying_class": "crypto"}),
    NewTerms("bybit", "AAPLUSDT", 4, {"underlying_class": "crypto"}),
    NewTerms("extended", "AAPL_24_5-USD", 4, {"underlying_class": "crypto"}),
    NewTerms("htx", "PEPE-USDT", 2, {"underlying_class": "equity"}),
    NewTerms("hyperliquid", "xyz:AAPL", 3, {"underlying_class": "index"}),
    # Names; those that stay in the list under the old one, as ended
    NewTerms("bybit", "1000PEPEUSDT", 3, {"symbol": "PEPEUSDT", "unit": 1.0}),
    NewTerms("hyperliquid", "kPEPE", 3, {"symbol": "PEPE", "unit": 1.0}),
    # Off the list and back
    Relisted("hyperliquid", "ETH", 2 * 24, 4 * 24),
    Relisted("bybit", "BTCPERP", 2 * 24, 4 * 24 + 12),
    Relisted("dydx", "ETH-USD", 2 * 24, 3 * 24),
    Relisted("lighter", "ETH", 2 * 24, 4 * 24),
    # What does not come, or comes late
    MissedSettlement("bybit", "BTCUSDT", 3 * 24 + 8),
    MissedSettlement("gate", "BTC_USDT", 4 * 24 + 8),
    MissedSettlement("bitget", "BTCUSDT", 4 * 24 + 8),
    MissedSettlement("hyperliquid", "BTC", 3 * 24 + 8),
    MissedSettlement("extended", "BTC-USD", 3 * 24 + 8),
    Halt("dydx", "", 3 * 24 + 9, 3 * 24 + 17),
    # What is told wrongly, or not at all
    ZeroInterest("binance", "BTCUSDT", 3 * 24 + 21, 4 * 24),
    ZeroInterest("kucoin", "ETHUSDTM", 3 * 24 + 5, 3 * 24 + 6),
    Lacks("kraken", "/derivatives/api/v3/instruments", "base", 3 * 24, 4 * 24),
)
