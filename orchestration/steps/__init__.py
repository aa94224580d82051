"""The steps of the chain, one file each: plain functions that do the work and report it as records.

Dagster's assets (defs/) and the command line (runs.py) call the same functions.
"""
