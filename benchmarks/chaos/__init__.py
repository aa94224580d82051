"""Chaos: what the warehouse is put through, and what came of it. `python -m benchmarks chaos`; the figures are in docs/reliability.md.

Belongs here: kills, odd answers, faults of the wire, readers beside writers, full disks, jumping clocks. Does not: how fast anything is.
"""
