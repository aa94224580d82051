"""The gate: a node between facts and marts. It writes a verdict per fact, day and venue (or protocol)."""

from collections.abc import Iterator

import dagster as dg

from ingestion.settings import load_settings
from orchestration.showing import Event, shown
from orchestration.steps.judging import GATE_CHECK, JUDGED_FACTS, check_name, judge_facts
from orchestration.tags import GATE_KEY, OWNER


def _checks() -> list[dg.AssetCheckSpec]:
    held = "Every venue-day (or protocol-day) judged is plausible; those that are not are held back from the marts."
    open_ = "Facts arrived and most venue-days are plausible; otherwise no mart is built and the last publication stays."
    return [
        *(dg.AssetCheckSpec(check_name(fact), asset=GATE_KEY, description=held) for fact in JUDGED_FACTS),
        dg.AssetCheckSpec(GATE_CHECK, asset=GATE_KEY, description=open_, blocking=True),
    ]


@dg.multi_asset(
    name="judge_facts",
    specs=[
        dg.AssetSpec(
            GATE_KEY,
            deps=[dg.AssetKey(["facts", fact]) for fact in JUDGED_FACTS],
            group_name="quality",
            kinds={"python", "greatexpectations"},
            owners=[OWNER],
            description="The verdict ledger: fact, venue or protocol, day, suite, passed, and which expectations failed.",
        )
    ],
    check_specs=_checks(),
)
def gate(context: dg.AssetExecutionContext) -> Iterator[Event]:
    """Judge the months built since the last judgement, and the two weeks after them."""
    yield from shown(context, "judge_facts", lambda: judge_facts(load_settings(), context.run.run_id))
