"""Facts: seeds, staging, intermediate, dims and facts, built from raw where raw has changed since they were built last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from expectations import judge_process
from expectations.ledger import ensure_ledger
from expectations.suites import SUITES
from ingestion.run.latest import OWN_SOURCE
from ingestion.settings import Settings
from ingestion.store.turns import reading_whole
from orchestration import compiled, first_days, market_terms, pending
from orchestration.building import Building, rewritten
from orchestration.locks import warehouse_lock
from orchestration.plan import Plan
from orchestration.publish import note_changes
from orchestration.records import Asset, Records
from orchestration.touched import WHOLE, Due, Months, last_month, touched, united
from orchestration.warehouse import create_source_views, drop_leftovers, opened

LAYERS = ("seeds", "staging", "intermediate", "facts")
JUDGED_FACTS = [suite.fact for suite in SUITES]
MARKETS = "int_markets"


def build_facts(settings: Settings, only: Collection[Asset] | None = None) -> Records:
    """Build what is pending: the touched days of what reads changed files; everything when the models changed.

    `only` refills these relations whole, and leaves what is pending as it is. Raises BuildError.
    """
    with warehouse_lock(settings), reading_whole(settings.state_dir):
        plan, older, state = compiled.plan(settings), pending.built(settings), pending.Fingerprints.now(settings)
        looked = first_days.look(settings, state.files_since(older), state.files, older.files if older else {})
        changed = state.changed_since(older, plan, looked.days)
        nodes, is_whole = plan.of_layers(*LAYERS), changed is None
        if is_whole:
            ensure_raw(settings)
        with opened(settings) as connection:
            if is_whole:
                drop_leftovers(connection, plan)
            if is_whole or older is None or older.place != state.place:
                create_source_views(connection, plan, settings.data_dir)
            building = Building(plan, connection, {}, is_whole)
            if changed is None or only is not None:
                building.due = {node.id: WHOLE for node in nodes if is_whole or (only is not None and node.asset in only)}
            else:
                yield from _build_markets(building, changed)
            if building.due:
                _owe(settings, plan, building.due, changed, state)
            yield from building.run([node for node in nodes if node.id in building.due])
            if only is None or is_whole:
                market_terms.remember(connection, market_terms.OF_FACTS)
        if only is None or is_whole:
            pending.mark_built(settings, state)
            first_days.remember(settings, looked.seen)


def _build_markets(building: Building, changed: Mapping[str, Months]) -> Records:
    """Markets come first, and say what is due of the rest beside what changed in raw: the days of terms that are others now."""
    plan, nodes = building.plan, building.plan.of_layers(*LAYERS)
    building.due = touched(plan, changed, nodes, last_month())
    markets = next(node for node in nodes if node.name == MARKETS)
    before = {markets.id, *plan.upstream(markets)}
    yield from building.run([node for node in nodes if node.id in building.due and node.id in before])
    terms = market_terms.changed_months(building.connection, market_terms.OF_FACTS, last_month())
    building.due = touched(plan, {**changed, markets.id: terms}, nodes, last_month())


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


def _owe(settings: Settings, plan: Plan, due: Mapping[str, Due], changed: Mapping[str, Months] | None, state: pending.Fingerprints) -> None:
    """Write down what will be owed before it is built: whatever is interrupted is judged, made into marts and published later."""
    owed = _owed(settings, plan, due, changed, state)
    pending.owe(settings, owed)
    if owed.judge:
        judge_process.shared().start()  # its start takes seconds: it has them while the facts are built
    note_changes(settings, None if changed is None else rewritten(plan, due))


def _owed(
    settings: Settings, plan: Plan, due: Mapping[str, Due], changed: Mapping[str, Months] | None, state: pending.Fingerprints
) -> pending.Debts:
    if changed is None:
        changed = state.held(plan)
        return replace(pending.EVERYTHING, delivered=_delivered(settings, plan, changed))
    facts = {node.id: due[node.id].rebuilt for node in plan.of_layers("facts") if node.id in due}
    judged = [node for node in plan.of_layers("facts") if node.name in JUDGED_FACTS and node.id in facts]
    by_day = united(facts[node.id] for node in judged if node.days_before is not None)
    by_month = united(facts[node.id] for node in judged if node.days_before is None)
    judge = by_day | by_month
    if not judge.is_all:
        judge = Months.of(judge.names, by_day.first)
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
