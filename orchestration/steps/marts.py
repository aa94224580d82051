"""Marts: built from facts, through the gate's verdicts only, where facts, verdicts or terms of markets changed since the last time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ingestion.settings import Settings
from orchestration import compiled, market_terms, pending
from orchestration.building import Building, rewritten
from orchestration.locks import warehouse_lock
from orchestration.publish import note_changes
from orchestration.records import Asset, Records
from orchestration.touched import WHOLE, last_month, touched
from orchestration.warehouse import opened


def build_marts(settings: Settings, only: Collection[Asset] | None = None) -> Records:
    """Build the marts that are due. `only` refills these whole, and leaves what is pending as it is. Raises BuildError."""
    with warehouse_lock(settings):
        plan, owed = compiled.plan(settings), pending.debts(settings)
        nodes, is_whole = plan.of_layers("marts"), pending.EVERYTHING_KEY in owed.facts
        if not owed.facts and only is None:
            return
        with opened(settings) as connection:
            if is_whole or only is not None:
                due = {node.id: WHOLE for node in nodes if is_whole or (only is not None and node.asset in only)}
            else:
                markets = next(node.id for node in plan.nodes if node.name == "dim_markets")
                changed = owed.with_built({markets: market_terms.changed_months(connection, market_terms.OF_MARTS, last_month())}).facts
                due = touched(plan, changed, nodes, last_month())
            if due:
                pending.owe(settings, replace(owed, is_publication_due=True))
                note_changes(settings, None if is_whole else rewritten(plan, due))
                yield from Building(plan, connection, due, is_whole).run([node for node in nodes if node.id in due])
            if is_whole or only is None:
                market_terms.remember(connection, market_terms.OF_MARTS)
        if is_whole or only is None:
            pending.owe(settings, replace(pending.debts(settings), facts={}))
