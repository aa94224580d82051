"""Every threshold of the gate, each with its reason and where the figure was learnt.

Belongs here: numbers. Does not: what is done with them (suites/), or anything read from settings.
"Measured" means: on real data, the Binance archive 2022-01..2026-04, 314 Binance markets 2024-01..2026-03 (klines) and
2026-02..2026-03 (open interest), 19 Coinalyze open-interest series 2021-09..2025-10, 19 perpetual DEXs 2024-04..2025-04 (Artemis),
and DefiLlama fees of GMX, Jupiter and Hyperliquid up to 2025-05.
"""

from typing import Final

# --- history -------------------------------------------------------------------------------------------------------
# Two weeks: both weekends are in it, and one bad day cannot move the median of 14.
TRAILING_DAYS: Final = 14
# Below five days a median still follows one bad day; such a jump is not evaluated.
MIN_HISTORY_DAYS: Final = 5
# A market silent for a week is taken as gone (delisted, or an archive without it) and is no longer expected.
EXPECTED_WITHIN_DAYS: Final = 7

# --- completeness --------------------------------------------------------------------------------------------------
# Share of the trailing volume (or open interest) that may be absent: SOL was up to 49.6 % of BTC + SOL (measured), and its
# absence must not hold BTC back; above half, what is left is no longer the venue's day.
MAX_MISSING_SHARE: Final = 0.5
# A market above this share of a venue is expected to the end of the day; a smaller one may stop (delisting).
MAX_STOPPING_MARKET_SHARE: Final = 0.5
# A market whose dollar value is unknown (no contract size, no price) has no place in a total; most markets so is a broken join.
MAX_UNPRICED_SHARE: Final = 0.5
# Volume-weighted share of the expected hours: more than two hours gone understates a day's volume visibly.
MIN_HOURS_SHARE: Final = 0.9
# More than a handful of trades at one price are a coarse tick, not a quiet market.
MAX_TRADES_OF_ONE_PRICE: Final = 5
# Of spot pairs, whose hours have no suite of their own: a daily table cannot tell a listing from a hole, so only gross loss counts.
MIN_DAILY_HOURS_SHARE: Final = 0.6
# One missed settlement of three leaves the day's rate usable (0.67), two do not. Measured: 0 of 3,170 market-days below 1.
MIN_FUNDING_COVERAGE: Final = 0.6

# --- volume --------------------------------------------------------------------------------------------------------
# The largest single market and day measured is 69 bn USD (Binance, 2024-2026), the largest venue total 186 bn (2024-03-05).
MAX_MARKET_VOLUME_USD: Final = 5e11
MAX_VENUE_VOLUME_USD: Final = 2e12
# Binance as a whole moved 0.35..3.9 times its usual (2024-2026, crash days included), solid DEXs 0.13..13, Avantis 38 once.
# A unit error is 100 or 1000 times.
MAX_VOLUME_JUMP: Final = 50.0
# Hyperliquid fell to 0.0105 of its usual when its closed alpha ended (2023-06-18) and that was true.
MIN_VOLUME_JUMP: Final = 0.01
UNUSUAL_VOLUME_JUMP: Final = 10.0
# Tiny venues jump by hundreds (Level Finance: 694 times, to 10 M USD): below this size a jump says nothing.
MATERIAL_VOLUME_USD: Final = 1e8
# A close this many times away from its two-week median, beyond what the same asset did elsewhere. Measured over 157,000
# market-days: 99.9 % lie within 0.44..2.5.
MAX_PRICE_JUMP: Final = 4.0
# One coin may do that (LUNA, OM); more than half of a venue's volume may not.
MAX_PRICE_JUMP_SHARE: Final = 0.5
# volume_usd / volume_base must be a price of that day; wide, because some venues' USD volume is an estimate.
IMPLIED_PRICE_TOLERANCE: Final = 2.0
MAX_IMPLIED_PRICE_SHARE: Final = 0.5

# A perpetual and the spot pair it is named after: the largest premium is a fraction of a percent in quiet and -3 % in a collapse.
MAX_SPOT_PRICE_FACTOR: Final = 2.0

# --- contract sizes ------------------------------------------------------------------------------------------------
# A contract's worth by the turnover, against the list: sizes change by two, five or ten times. A day's turnover against a price at its end
# is at most a third off, on the worst days of large markets; the middle of 24 hours against their closes far less.
CONTRACT_SIZE_TOLERANCE: Final = 1.6
# One market in the wrong size makes its asset's figures wrong: above a hundredth of the venue its day does not count.
MAX_OFF_SIZE_SHARE: Final = 0.01
# Fewer dollars are a handful of contracts, whose turnover is rounded.
MATERIAL_CONTRACTS_USD: Final = 1e4

# --- open interest -------------------------------------------------------------------------------------------------
# The whole market peaked near 220 bn USD and Binance BTC near 15 bn (CoinGlass, 2025-10); largest here 6.9 bn.
MAX_MARKET_OPEN_INTEREST_USD: Final = 6e10
MAX_VENUE_OPEN_INTEREST_USD: Final = 3e11
# Single markets moved 0.20..8.3 times their two-week median in four years (Coinalyze), a venue total far less.
MAX_OPEN_INTEREST_JUMP: Final = 10.0
UNUSUAL_OPEN_INTEREST_JUMP: Final = 3.0
# Below a million one position opened or closed is a jump.
MATERIAL_OPEN_INTEREST_USD: Final = 1e6
# One market's open interest in base units (price is out of it): measured at most 6.1 in 7,204 market-days.
MAX_MARKET_OPEN_INTEREST_JUMP: Final = 100.0
UNUSUAL_MARKET_OPEN_INTEREST_JUMP: Final = 20.0
# A hundredth of its usual, in base units, is not what a market does alone overnight (measured: at least 0.20) but what a delisting does,
# or a row that is no figure.
MIN_MARKET_OPEN_INTEREST_JUMP: Final = 0.01
# Of a venue's usual open interest: what may have fallen to nothing, alone, at markets that traded on. Less than a tenth does not move the
# venue's total beyond a usual day and is told; a market without trading is dead, its fall is true, and none of this share.
MAX_VANISHED_SHARE: Final = 0.1
# The day's open interest is that of its end: what was last seen before this hour is told. A market that traded in it or later trades on.
LAST_HOURS_FROM: Final = 22
# Volume / open interest of a venue: Binance 1.2..4.1 a day (measured); DEXs paying for volume reach tens (Aster, 2025-10).
MIN_TURNOVER: Final = 0.01
MAX_TURNOVER: Final = 200.0
MIN_USUAL_TURNOVER: Final = 0.05
MAX_USUAL_TURNOVER: Final = 50.0

# --- funding -------------------------------------------------------------------------------------------------------
# Highest published cap: 4 % an hour (Hyperliquid); Binance caps at 2-3 % an interval (SOL was at -2 % every 2 h, 2022-11-10).
MAX_FUNDING_RATE: Final = 0.10
UNUSUAL_FUNDING_RATE: Final = 0.04
# Median |rate per 8 h| of a venue's markets: 0.0001 on every day measured; percent taken for a fraction gives 0.01.
MAX_MEDIAN_FUNDING_RATE_8H: Final = 0.005
MIN_MARKETS_FOR_MEDIAN: Final = 10
# The same assets elsewhere that day, as a multiple: percent for fraction is 100; SOL in November 2022 stayed below 20.
MAX_FUNDING_SCALE: Final = 30.0
FUNDING_SCALE_FLOOR_8H: Final = 0.001
FUNDING_PEER_FLOOR_8H: Final = 0.0001
MAX_FUNDING_INTERVAL_HOURS: Final = 24.0

# --- premiums ------------------------------------------------------------------------------------------------------
# Mark ÷ index - 1: SOL at most 0.9 % (measured: 2022-01, 07, 10, 2023-02, 04, 2025-07..12, so 2025-10-10 is in it).
EXTREME_PREMIUM: Final = 0.5
MAX_EXTREME_PREMIUM_SHARE: Final = 0.02
# Percent taken for a fraction turns the usual 0.0004 into 0.04; an exchange in collapse may stand at -0.03 for a day.
MAX_MEDIAN_PREMIUM: Final = 0.1
UNUSUAL_MEDIAN_PREMIUM: Final = 0.02

# --- liquidations --------------------------------------------------------------------------------------------------
# 2025-10-10: 19.4 bn USD everywhere, 10.3 bn of it on Hyperliquid (CoinGlass). Nothing before or since comes near.
MAX_LIQUIDATED_USD: Final = 1e11
# Hyperliquid (546 days, 2023-06..2024-12): the middle day 0.7 % of its volume, 27 % at most in its first months, 6 % since. What is
# deleveraged without a trade is in no volume, so a true day may come near it. A unit error is 1000 times.
MAX_LIQUIDATED_TO_VOLUME: Final = 2.0
UNUSUAL_LIQUIDATED_TO_VOLUME: Final = 0.3
# On 2025-10-10 Hyperliquid's BTC went from 4.4 to 2.2 bn. Positions may be opened and closed by force again within the day.
MAX_LIQUIDATED_TO_OPEN_INTEREST: Final = 5.0
# Below a million one position is most of a small venue's day.
MATERIAL_LIQUIDATED_USD: Final = 1e6

# --- protocols -----------------------------------------------------------------------------------------------------
MAX_PROTOCOL_VOLUME_USD: Final = 1e12
MAX_PROTOCOL_OPEN_INTEREST_USD: Final = 3e11
MAX_PROTOCOL_FEES_USD: Final = 1e9  # Hyperliquid's best days are about 20 M
MAX_PROTOCOL_TVL_USD: Final = 1e12
# GMX fees of 2025-04-07: 13.6 M between days of 0.2 and 0.4 M (167 times its usual, 1.3 % of volume): a defect, and it must fail.
# Real jumps above this size stayed below 15 (GMX, Jupiter, Hyperliquid).
MAX_PROTOCOL_JUMP: Final = 50.0
UNUSUAL_PROTOCOL_JUMP: Final = 10.0
MATERIAL_PROTOCOL_FLOW_USD: Final = 1e6  # fees, revenues, incentives
MATERIAL_PROTOCOL_STOCK_USD: Final = 1e8  # volume, open interest, TVL
# Fees = supply side + revenue: DefiLlama rounded each of the three to whole dollars until 2026, and computes them at prices minutes apart.
MAX_FEES_ROUNDING_USD: Final = 1.5
FEES_TOLERANCE: Final = 0.001
# Fees as a share of volume: perpetuals 0.01-0.1 %, pools with borrow fees below 1 %; spot fees may be in one and not the other.
MAX_TAKE_RATE: Final = 0.5
UNUSUAL_TAKE_RATE: Final = 0.02

# --- tokenholders --------------------------------------------------------------------------------------------------
# Amounts are exact to the millionth of a dollar; a float of a day's fees is not, but to far less than a cent.
MAX_UNALLOCATED_FEES_USD: Final = 0.01
# Shares are quotients of floats.
SHARE_TOLERANCE: Final = 1e-9
# What holders got in two weeks over what was earned, on days that pay more than they earn. A buyback of a month's fees on one day is 2.1
# at most, and reported and accrued agree over time (0.978 of Hyperliquid's, 1.046 of Lighter's revenue over 243 days); HYPE taken for
# dollars, or a total written under a day, is tens.
MAX_HOLDERS_TO_FEES: Final = 5.0
UNUSUAL_HOLDERS_TO_FEES: Final = 1.2

# --- token prices --------------------------------------------------------------------------------------------------
# LUNA fell 99.99 % in a week and OM 90 % in an hour, both true: only a factor no market makes upwards, or a broken unit downwards.
MAX_TOKEN_PRICE_JUMP: Final = 50.0
MIN_TOKEN_PRICE_JUMP: Final = 0.0001
UNUSUAL_TOKEN_PRICE_JUMP: Final = 5.0
MAX_TOKEN_MARKET_CAP_USD: Final = 1e13
# What circulates by the cap (cap over price) against its two-week median. Month on month the supply of CoinMarketCap's largest 200
# grew by more than half in 1.3 % of 7,695 token-months (2020-2025) and never 20 times; a redenomination (1:1000) did it once. A wrong
# unit is 1000 times.
MAX_TOKEN_SUPPLY_JUMP: Final = 20.0
UNUSUAL_TOKEN_SUPPLY_JUMP: Final = 1.5
# Market cap against price x circulating supply: the parts are fetched minutes apart, with one snapshot a day up to a day. No token here
# moved tenfold in one; a cap in another currency or unit, or another coin's, is tens to thousands.
MAX_MARKET_CAP_FACTOR: Final = 10.0
UNUSUAL_MARKET_CAP_FACTOR: Final = 2.0

# What circulates by cap ÷ price, against the day before, by medians of seven days: half of itself in a day is a supply counted anew.
MAX_IMPLIED_ISSUANCE_SHARE: Final = 0.5

# --- aggregates ----------------------------------------------------------------------------------------------------
# All venues together, weighted by open interest, per 8 h: BTC stayed below 0.11 %, SOL was between -0.49 % and 0.38 % (CoinGlass, 4 h bars,
# 2024-11..2025-11). A small coin at every venue's cap is a few percent.
MAX_AGGREGATE_FUNDING_RATE_8H: Final = 0.05

# --- the whole gate ------------------------------------------------------------------------------------------------
# More than half of the subject-days of the touched months failing is a broken source or model, not bad days.
MAX_FAILED_SHARE: Final = 0.5
# One or two bad subject-days are held back by themselves, however few the venues are.
MIN_FAILED_SUBJECT_DAYS: Final = 3
# Stocks of a month's last day are closed by the first observation of the next: a touched month rebuilds the one before it.
MONTHS_JUDGED_BEFORE: Final = 1
# Days after a touched month whose verdicts rest on it: as far as history reaches.
DAYS_JUDGED_AFTER: Final = TRAILING_DAYS
