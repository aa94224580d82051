"""Orchestration: Dagster wires what the other folders do. An asset is a few lines over a plain function; no SQL and no fetching here."""
