"""Marts: built from facts, through the gate's verdicts only, where facts or verdicts have changed since they were built last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ingestion.settings import Settings
from orchestration import compiled, pending
from orchestration.building import Building, opened, rewritten
from orchestration.locks import warehouse_lock
from orchestration.publish import note_changes
from orchestration.records import Asset, Records
from orchestration.touched import WHOLE, touched


def build_marts(settings: Settings, only: Collection[Asset] | None = None) -> Records:
    """Build the marts that are due. `only` refills these whole, and leaves what is pending as it is. Raises BuildError."""
    with warehouse_lock(settings):
        plan, owed = compiled.plan(settings), pending.debts(settings)
        nodes, is_whole = plan.of_layers("marts"), pending.EVERYTHING_KEY in owed.facts
        due = {node.id: WHOLE for node in nodes if is_whole or (only is not None and node.asset in only)}
        if not is_whole and only is None:
            due = touched(plan, owed.facts, nodes)
        if due:
            pending.owe(settings, replace(owed, is_publication_due=True))
            note_changes(settings, None if is_whole else rewritten(plan, due))
            with opened(settings) as connection:
                yield from Building(plan, connection, due, is_whole).run([node for node in nodes if node.id in due])
        if is_whole or only is None:
            pending.owe(settings, replace(pending.debts(settings), facts={}))
