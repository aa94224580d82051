"""Columns that were renamed: for one version readers find each such table with its old names too, as a view in the schema `old_names`.

Belongs here: which column was called what. Does not: names of today, which are those of the models. A name is added when it changes and
goes with the version after; when one goes, `LAYOUT` of the manifest changes too, so that files are made anew without its view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from orchestration.publication.relations import Column, Relation

OLD_NAMES = "old_names"  # the schema

ASSUMED = {"has_assumed_terms": "terms_are_assumed"}
BASIS = {"fee_basis": "basis"}
SPOT = {"spot_volume_usd": "volume_usd"}
RANKED = ("liquidations_usd", "realised_volatility_7d", "price_change_1d", "funding_rate_8h", "leverage")

# By table: today's name, and the one of before 0.1.
RENAMED: Mapping[str, Mapping[str, str]] = {
    "facts.fct_ai_tokens_daily": SPOT,
    "facts.fct_asset_aggregates_daily": {"aggregator_open_interest_usd": "open_interest_usd"},
    "facts.fct_candles_hourly": ASSUMED,
    "facts.fct_fee_allocations_by_policy_daily": BASIS,
    "facts.fct_fee_allocations_daily": BASIS,
    "facts.fct_fee_bases_daily": BASIS,
    "facts.fct_liquidations_daily": ASSUMED,
    "facts.fct_open_interest_daily": ASSUMED,
    "facts.fct_spot_volume_daily": SPOT,
    "facts.fct_token_prices_daily": SPOT,
    "facts.fct_volume_daily": ASSUMED,
    "marts.mart_ai_tokens_daily": SPOT,
    "marts.mart_market_regime_daily": {f"{name}_rank": f"{name}_pct" for name in RANKED},
    "marts.mart_token_narratives_daily": SPOT,
    "quality.gate_results": {"is_passed": "passed", "row_count": "rows"},
}


def old_names(one: Relation) -> dict[Column, Column]:
    """Each column of the table with itself as it was called; none where all names are what they were."""
    old = RENAMED.get(one.name, {})
    if not old.keys() & {column.name for column in one.columns}:
        return {}
    return {column: replace(column, name=old.get(column.name, column.name)) for column in one.published_columns}
