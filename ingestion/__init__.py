"""Ingestion: fetch from sources, land bodies verbatim, keep typed versions in raw parquet.

Belongs here: source adapters and what they share (HTTP client, landing, raw, settings). Does not: SQL, Dagster, judgement of values.
"""
