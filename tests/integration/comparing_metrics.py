"""Metrics beside the marts: what a metric gives for the rows of a mart is what the mart says of them.

Belongs here: the comparison. Does not: which metrics are held to which columns (the tests of the houses), a metric's SQL (bi/metrics.py).
"""

from __future__ import annotations

import orjson
import pytest
from house import House

from bi.metrics import datasets
from orchestration.compiled import manifest_path


def compare_metrics(house: House, dataset: str, by: str, mart: str, metrics: dict[str, str]) -> None:
    """`metrics` names each metric's column of the mart, which is grouped by `by`; what is unknown here is unknown there."""
    [found] = [one for one in datasets(orjson.loads(manifest_path(house.enter()).read_bytes())) if one.name == dataset]
    sql = {metric.name: metric.sql for metric in found.metrics}
    wanted = ", ".join(f"{sql[name]} as {name}" for name in metrics)
    ours = house.frame(f"select {by}, {wanted} from ({found.query}) group by {by} order by {by}")
    theirs = house.frame(f"select {', '.join(metrics.values())} from {mart} order by {by}")
    assert len(ours) == len(theirs) > 0
    for name, column in metrics.items():
        known = theirs[column].is_not_null()
        assert known.any(), name
        assert ours[name].is_not_null().equals(known), name
        assert ours[name].filter(known).to_list() == pytest.approx(theirs[column].filter(known).to_list(), rel=1e-9, abs=1e-15), name
