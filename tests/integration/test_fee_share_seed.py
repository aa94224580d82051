"""Mistakes that others made in dated splits, made in our seed: each is refused by the test of the seed that is there for it.

Belongs here: corrupted seeds. Does not: what policies give on a day (test_fee_allocations.py), or the seed's form (tests/conventions).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import duckdb
from house import House

from orchestration import compiled
from orchestration.checking import judge
from orchestration.steps.facts import build_facts

# Rows of others' in the place of, or beside, our own: what they change in the seed, and the test of the seed that says so.
SEEDS = {
    "dYdX, 2022 for 2025 (Artemis)": (
        "insert into seeds.fee_share_policies by name select * replace (date '2022-03-25' as effective_from,"
        " 'dydx:chosen:2022-03-25' as policy_id) from seeds.fee_share_policies where policy_id = 'dydx:chosen:2025-03-24'",
        "fee_share_policies_do_not_overlap",
    ),
    "Hyperliquid, > at the day of change (DefiLlama)": (
        "update seeds.fee_share_policies set effective_from = date '2025-08-31', policy_id = 'hyperliquid:chosen:2025-08-31'"
        " where policy_id = 'hyperliquid:chosen:2025-08-30'",
        "fee_share_policies_have_no_gap",
    ),
    "Level, 45 and 20 and 30 (DefiLlama)": (
        "delete from seeds.fee_share_policies where protocol = 'level_finance' and recipient = 'unallocated'",
        "fee_share_policies_sum_to_one",
    ),
}


def test_the_seed_refuses_rows_of_others(house: Callable[..., House]) -> None:
    """Each fails the test it should; without them all pass."""
    settings, names = house({}).enter(), sorted({test for _, test in SEEDS.values()})
    assert list(build_facts(settings))
    checks = [check for check in compiled.plan(settings).checks if check.name in names]
    assert len(checks) == len(names)

    def failing() -> set[str]:
        with closing(duckdb.connect(str(settings.warehouse), read_only=True)) as connection:
            return {check.name for check in checks if not judge(connection, check, check.sql, ("seeds", "fee_share_policies")).passed}

    assert failing() == set()
    before = settings.warehouse.read_bytes()
    for name, (change, test) in SEEDS.items():
        with closing(duckdb.connect(str(settings.warehouse))) as connection:
            connection.execute(change)
        assert test in failing(), name
        settings.warehouse.write_bytes(before)
