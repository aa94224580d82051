"""Measurements behind the claims on speed. They compare inside one run, print a table, and are no tests: machines are noisy."""
