"""The grids that make the truth exact: every figure is a multiple of a power of two.

Sums of such doubles carry no rounding while they stay below 2^53 steps, so a day adds up to the same last digit in any
order, in any engine. Prices and quantities each get a step from their own magnitude; products of the two stay on a grid too.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PRICE_BITS = 15  # a price has about 2^15 ticks: 0.003 %
MARK_BITS = 18  # mark and index prices are finer than the trade's tick
QUANTITY_BITS = 18  # an average hour has about 2^18 steps of volume
QUOTE_STEP = 2.0**-5  # five decimals, as Binance writes quote volumes


def step_for(magnitude: float, bits: int) -> float:
    """The power of two that is about `magnitude` / 2^bits."""
    return float(2.0 ** (math.floor(math.log2(magnitude)) - bits))


def snap(values: Floats, step: float, at_least: float = 0.0) -> Floats:
    """The nearest multiples of `step`, never below `at_least` steps."""
    return np.maximum(np.rint(values / step), at_least) * step
