"""A loopback server that speaks the sources' wire formats over one simulated market whose truth is known.

    with Simulator(Truth(days=10)) as sim:
        sim.base_urls()           # what PERPS_BASE_URL__<SOURCE> takes
        sim.truth.daily_volume()  # what the marts must say

A source is one file in `dialects/`. Imports neither ingestion nor Dagster.
"""

from simulator.loopback import Simulator
from simulator.truth import Truth

__all__ = ["Simulator", "Truth"]
