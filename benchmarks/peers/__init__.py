"""What others use for the same work: candles and funding of an exchange into a DuckDB file, fetched from the newest row on.

Each file is a program of its own for the environment of `requirements-peers.txt`; it imports nothing of the warehouse.
"""
