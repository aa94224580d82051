"""dbt's unit tests: one for every unit conversion, named after its trap. They need the relations, not the data."""

from __future__ import annotations

from collections.abc import Callable

from house import House

from orchestration import dbt
from orchestration.steps.facts import build_facts
from orchestration.steps.marts import build_marts


def test_every_conversion(house: Callable[..., House]) -> None:
    settings = house({}).enter()
    assert len([*build_facts(settings), *build_marts(settings)]) > 200
    results = [result for result in dbt.run(settings, ["test", "--select", "test_type:unit"]) if result.node.resource_type == "unit_test"]
    failed = {result.node.name: result.message for result in results if str(result.status) != "pass"}
    assert failed == {}
    assert len(results) >= 33
