"""The data dictionary of fees, holders and tokens: what every column means, in which unit, and whose figure it is.

Belongs here: what a reader of these tables can rely on finding. Does not: that columns are described at all (test_layers.py).
"""

from __future__ import annotations

import re
from typing import Any

import pytest

TABLES = (
    "fct_protocol_metrics_daily", "fct_protocol_fees_daily", "fct_fee_bases_daily", "fct_fee_allocations_daily",
    "fct_fee_allocations_by_policy_daily", "fct_tokenholder_fee_share_daily", "fct_token_prices_daily",
    "fct_token_unlocks_daily", "fct_ai_tokens_daily", "fct_restatements", "mart_ai_tokens_daily",
    "mart_protocol_scorecard_daily", "mart_holders_gaps_daily", "mart_token_narratives_daily",
)  # fmt: skip
# What the name of a figure promises: (pattern of the name, words of which the description has one).
UNITS = (
    (r"(^|_)usd(_30d)?$", ("USD",)),
    (r"_bps$", ("basis points",)),
    (r"_index$", ("100 on",)),
    (r"(^|_)(share|yield|drawdown|return|strength)(_|$)|_growth_", ("fraction",)),
    (r"^price_to_|_to_(market_cap|open_interest|reported_90d)$", ("years", "times")),
    (r"_supply$", ("Tokens", "tokens")),
    (r"_beta_|^beta_", ("fraction",)),
    (r"^(commits_4w|contributors|stars)$", ("Number",)),
    (r"^tokens_expected$", ("Number",)),
    (r"(^|_)(users|count)$", ("Accounts", "accounts")),
    (r"_days(_(30|90|365)d)?$|^days_known$|_days_known$", ("Days", "Number")),
    (r"(^|_)tokens(_next_\d+d)?$", ("Tokens", "Number")),
    (r"_value$", ("USD",)),
)
VENDORS = ("DefiLlama", "CoinGecko", "CoinPaprika", "Hyperliquid", "Lighter", "GMX")
TIMES = ("date", "timestamptz")
Models = dict[str, dict[str, Any]]


@pytest.mark.parametrize("table", TABLES)
def test_a_figure_names_its_unit(table: str, models: Models) -> None:
    missing = {}
    for name, column in models[table]["columns"].items():
        if column["data_type"].startswith(("double", "decimal", "bigint")):
            words = next((words for pattern, words in UNITS if re.search(pattern, name)), ())
            if not any(word in column["description"] for word in words):
                missing[name] = words
    assert missing == {}


@pytest.mark.parametrize("table", TABLES)
def test_a_column_names_its_source(table: str, models: Models) -> None:
    """A vendor, a seed, a table, or the columns of the same table that it is made of. Times are of the row's own figures."""
    columns = models[table]["columns"]
    tables = [name for name in models if name.startswith(("fct_", "dim_", "mart_"))] + [f"seed {name}" for name in models]
    missing = {}
    for name, column in columns.items():
        known = [*VENDORS, *tables, *(other for other in columns if other != name and "_" in other)]
        if column["data_type"] not in TIMES and name != "month" and not any(word in column["description"] for word in known):
            missing[name] = column["description"]
    assert missing == {}
