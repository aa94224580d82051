"""What must not be added up, averaged or compared: rules that a reader of some tables has to keep, and which tables each is of.

Belongs here: the rules, told to whoever describes or queries a table. Does not: what a column means (its own description), and what every
figure leaves out (docs/reading.md and docs/limits.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

Columns = Collection[str]
ADDS_UP = re.compile(r"\b(sum|avg|mean|count)\s*\(|\bover\s*\(", re.IGNORECASE)
OF_AGGREGATORS = ("fct_asset_aggregates_daily", "fct_liquidations_daily", "fct_reconciliations_daily", "mart_reconciliation_daily")
STOCKS = re.compile(r"(^|_)open_interest_(usd|base)$|(^|_)market_cap_usd$|_supply$|^tvl")
RATES = re.compile(r"(_share|_rank|_apr|_rate|_rate_8h|_yield|_bps|premium|basis|volatility_7d|_hhi|_ratio)$")


@dataclass(frozen=True)
class Rule:
    """`keeps`: words of which a query that adds up this table has one, if it keeps the rule; empty where no word tells."""

    name: str
    text: str
    is_of: Callable[[str, Columns], bool]
    keeps: tuple[str, ...] = ()

    def is_broken_by(self, query: str) -> bool:
        """Whether a query adds up and has none of the words that keep the rule."""
        return bool(self.keeps) and bool(ADDS_UP.search(query)) and not any(re.search(rf"\b{word}\b", query.lower()) for word in self.keeps)


RULES = (
    Rule(
        "parts and parents",
        "A parent protocol (jupiter_all, gmx, dydx …) already holds its parts (jupiter, gmx_v1 …): put `where not is_part` into every "
        "figure over several protocols.",
        lambda table, columns: "is_part" in columns,
        ("is_part", "protocol"),
    ),
    Rule(
        "aggregators and venues",
        "An aggregator's total counts venues that are here too: never add a row of venue `all_venues`, or a table of an aggregator, to "
        "venues' own figures. Take either coverage = 'all_venues' or coverage <> 'all_venues'. Other people's figures stand beside ours "
        "to be compared.",
        lambda table, columns: table in OF_AGGREGATORS,
        ("coverage", "venue", "other_source", "source"),
    ),
    Rule(
        "whose liquidations",
        "`liquidations_coverage` says whose figure it is: `all_venues` is an aggregator's, a list of venues is theirs. One kind is not "
        "compared with the other, over days or coins, and neither is the whole market.",
        lambda table, columns: "liquidations_coverage" in columns,
    ),
    Rule(
        "levels over changing coverage",
        "A level moves when a venue joins, falls silent or is held back. Compare days by `…_usd_change_1d`, of the same venues and coins "
        "on both days, never by the quotient of two levels; and say `…_venues_reported` of `…_venues_expected` beside a level.",
        lambda table, columns: any(name.endswith("_venues_reported") for name in columns) or table.startswith("mart_venue_"),
    ),
    Rule(
        "stocks",
        "Open interest, market caps and supplies are stocks: never add them up over days. Take one day, or the mean of days.",
        lambda table, columns: any(STOCKS.search(name) for name in columns),
    ),
    Rule(
        "rates and shares",
        "Rates, shares, ranks and yields are never added up, and no plain mean of them is one: weigh them (funding by open interest, "
        "premium by volume, shares by what they are of). `funding_rate` is for its own interval; `_8h` and `_apr` are scaled.",
        lambda table, columns: any(RATES.search(name) for name in columns),
    ),
    Rule(
        "accrued and reported",
        "What holders accrued (by a dated policy, on the day of the fees) and what was reported (seen to be paid, on the day it was) are "
        "two accounts of one thing: compare them, never add them. Null where nobody knows; it is not zero.",
        lambda table, columns: {"holders_accrued_usd", "holders_reported_usd"} <= set(columns),
    ),
    Rule(
        "rival accounts",
        "Rows are accounts of one and the same thing: take one `policy_set`, or one `section`, at a time.",
        lambda table, columns: bool({"policy_set", "section"} & set(columns)),
        ("policy_set", "section", "source"),
    ),
    Rule(
        "one dimension at a time",
        "Each dimension, category or period holds the whole: name one in the query. The baskets ai_… are parts of ai.",
        lambda table, columns: bool({"dimension", "category", "period"} & set(columns)) and table.startswith("mart_"),
        ("dimension", "category", "period"),
    ),
    Rule(
        "pairs",
        "Every pair of venues stands here twice, once in each direction: take spread_apr > 0, or name both venues.",
        lambda table, columns: {"long_venue", "short_venue"} <= set(columns),
        ("spread_apr", "long_venue", "short_venue"),
    ),
    Rule(
        "accounts are not people",
        "Active users are accounts: never add them up, neither over protocols nor over days.",
        lambda table, columns: "value_count" in columns,
        ("metric",),
    ),
    Rule(
        "held back",
        "Rows of `facts_all` with `is_held_back` did not pass the gate. Use them to look at what was refused, never for a figure.",
        lambda table, columns: "is_held_back" in columns,
    ),
)
EVERYWHERE = (
    "A day that a source does not report has no row, or null and a status: missing is not zero, and nothing is filled in.",
    "Days are closed UTC days; the newest is in `freshness`. Money is in USD, volume and open interest are one-sided.",
    "A figure is of the venues ingested here that passed the gate, not of the world.",
    "`is_simulated` true: the market is invented. Say so in every answer.",
    "No table foretells. The regime build_up warns of nothing: mart_regime_backtest says how little it foretold.",
)


def rules_of(table: str, columns: Columns) -> list[Rule]:
    """The rules that a reader of this table has to keep."""
    return [rule for rule in RULES if rule.is_of(table, columns)]


def broken(query: str, tables: Mapping[str, Columns]) -> list[str]:
    """What a query that reads these tables seems to add up against a rule."""
    found = [(rule, name) for name, columns in sorted(tables.items()) for rule in rules_of(name, columns) if rule.is_broken_by(query)]
    return [f"{name}: the query adds up and names none of {', '.join(rule.keeps)}. {rule.text}" for rule, name in found]


def as_text(rules: Iterable[Rule] = RULES) -> str:
    """All rules, as a page."""
    return "\n".join([*(f"- {text}" for text in EVERYWHERE), *(f"- {rule.name}: {rule.text}" for rule in rules)])
