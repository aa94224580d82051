"""The quality gate: what a plausible day looks like, and which venue-days may be published.

Belongs here: profiles (SQL that condenses a fact to one row per subject and day), expectations on them, the verdict ledger.
Does not: keys, enums and accounting identities (dbt tests own the shape), fetching, and any Dagster object.
"""
