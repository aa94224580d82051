"""Measurements behind the claims on speed: `python -m benchmarks [name …]`, or `make bench`.

They compare inside one run, because machines are noisy: read the ratios. They print tables of Markdown and are no tests, but what a
program loaded is checked against the truth of the exchange it was loaded from, and a wrong row makes the command fail.
"""
