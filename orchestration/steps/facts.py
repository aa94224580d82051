"""Facts: seeds, staging, intermediate, dims and facts, built from raw where raw has changed since they were built last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from expectations import judge_process
from expectations.ledger import ensure_ledger
from expectations.suites import SUITES
from ingestion.run.latest import OWN_SOURCE
from ingestion.settings import Settings
from orchestration import compiled, pending
from orchestration.building import Building, rewritten
from orchestration.locks import warehouse_lock
from orchestration.plan import Plan
from orchestration.publish import note_changes
from orchestration.records import Asset, Records
from orchestration.touched import WHOLE, Due, Months, last_month, touched, united
from orchestration.warehouse import create_source_views, opened

LAYERS = ("seeds", "staging", "intermediate", "facts")
JUDGED_FACTS = [suite.fact for suite in SUITES]


def build_facts(settings: Settings, only: Collection[Asset] | None = None) -> Records:
    """Build what is pending: the touched months of what reads changed files; everything when the models changed.

    `only` refills these relations whole, and leaves what is pending as it is. Raises BuildError.
    """
    with warehouse_lock(settings):
        plan, older, state = compiled.plan(settings), pending.built(settings), pending.Fingerprints.now(settings)
        changed = state.changed_since(older, plan)
        nodes, is_whole = plan.of_layers(*LAYERS), changed is None
        if changed is None:
            due = {node.id: WHOLE for node in nodes}
        elif only is not None:
            due = {node.id: WHOLE for node in nodes if node.asset in only}
        else:
            due = touched(plan, changed, nodes, last_month())
        if is_whole:
            ensure_raw(settings)
        if due:
            owed = _owed(settings, plan, due, changed, state)
            pending.owe(settings, owed)
            if owed.judge:
                judge_process.shared().start()  # its start takes seconds: it has them while the facts are built
            note_changes(settings, None if is_whole else rewritten(plan, due))
        with opened(settings) as connection:
            if is_whole or older is None or older.place != state.place:
                create_source_views(connection, plan, settings.data_dir)
            yield from Building(plan, connection, due, is_whole).run([node for node in nodes if node.id in due])
        if only is None or is_whole:
            pending.mark_built(settings, state)


def ensure_raw(settings: Settings) -> None:
    """Give every raw table and the ledger an empty part at least, so that their views have columns."""
    from ingestion.run.attempts import ATTEMPTS
    from ingestion.run.ingest import ensure_tables
    from ingestion.store.raw import RawTable
    from ingestion.venue.registry import all_sources

    for source in all_sources().values():
        ensure_tables(settings, source)
    RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS).ensure()
    ensure_ledger(settings.ledger_dir)


def _owed(
    settings: Settings, plan: Plan, due: Mapping[str, Due], changed: Mapping[str, Months] | None, state: pending.Fingerprints
) -> pending.Debts:
    """Written down before the first statement: whatever is interrupted is judged, made into marts and published later."""
    if changed is None:
        changed = state.held(plan)
        return replace(pending.EVERYTHING, delivered=_delivered(settings, plan, changed))
    facts = {node.id: due[node.id].rebuilt for node in plan.of_layers("facts") if node.id in due}
    judged = [node.id for node in plan.of_layers("facts") if node.name in JUDGED_FACTS]
    judge = united(facts[name] for name in judged if name in facts)
    return pending.debts(settings).with_built(facts, judge, _delivered(settings, plan, changed))


def _delivered(settings: Settings, plan: Plan, changed: Mapping[str, Months]) -> Months:
    """Months of which sources gave rows that become judged facts; what exists only now is of today, whatever day was asked for."""
    from ingestion.venue.registry import selected

    feeding = plan.feeding(JUDGED_FACTS)
    paths = {node.id: node.sql.split("/") for node in plan.sources if node.id in changed and node.id in feeding}
    names = sorted({path[1] for path in paths.values() if path[0] == "raw" and path[1] != OWN_SOURCE})
    series = {
        f"raw/{source.name}/{entity.name}"
        for source in (selected(settings, names) if names else [])
        for entity in source.entities
        if not entity.is_snapshot
    }
    return united(changed[name] for name, path in paths.items() if "/".join(path) in series)
