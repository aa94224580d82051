"""The metrics that dbt_project/models/metrics defines, as SQL over the published tables.

Belongs here: reading semantic models out of dbt's manifest, and the one translation of a metric into an
aggregate. Does not: definitions (they are in dbt), what a tool makes of them (bi/superset, docs/metrics.md).
MetricFlow gives the same figures from the same definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AGGREGATES = {"sum": "sum({})", "average": "avg({})", "min": "min({})", "max": "max({})", "count_distinct": "count(distinct {})"}


@dataclass(frozen=True)
class Column:
    """A column of a published table, or of the table of what it names (a venue's kind)."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Metric:
    """`sql` is an aggregate over its dataset: it goes into any select, with any grouping."""

    name: str
    label: str
    description: str
    sql: str


@dataclass(frozen=True)
class Dataset:
    """A semantic model: one published table, the dimensions of what its rows name, and the metrics over it."""

    name: str
    description: str
    table: str
    has_days: bool
    columns: tuple[Column, ...]
    joined: tuple[Column, ...]
    joins: Mapping[str, str]
    dimensions: tuple[str, ...]
    metrics: tuple[Metric, ...]

    @property
    def query(self) -> str:
        """All rows, with the joined dimensions and, where rows have days, `days_ago`: 0 on the newest."""
        extra = [f"{column.name}" for column in self.joined]
        if self.has_days:
            extra.append(f"(select max(date) from {self.table}) - days.date as days_ago")
        joins = [f" left join {table} using ({key})" for key, table in self.joins.items()]
        return f"select {', '.join(['days.*', *extra])} from {self.table} as days{''.join(joins)}"


def datasets(manifest: Mapping[str, Any]) -> list[Dataset]:
    """All that have metrics, by name. `manifest` is dbt's, as JSON."""
    models = {model["name"]: model for model in manifest["semantic_models"].values()}
    owners = {entity["name"]: model for model in models.values() for entity in model["entities"] if entity["type"] == "primary"}
    metrics = {metric["name"]: metric for metric in manifest["metrics"].values()}
    measures = {measure["name"]: (measure, name) for name, model in models.items() for measure in model["measures"]}
    return [_dataset(models[name], owners, metrics, measures, manifest) for name in sorted(models) if models[name]["measures"]]


def _dataset(
    model: Mapping[str, Any],
    owners: Mapping[str, Mapping[str, Any]],
    metrics: Mapping[str, Mapping[str, Any]],
    measures: Mapping[str, tuple[Mapping[str, Any], str]],
    manifest: Mapping[str, Any],
) -> Dataset:
    named = {entity["name"]: owners[entity["name"]] for entity in model["entities"] if entity["type"] == "foreign"}
    joined = [column for owner in named.values() for column in _columns(owner, manifest) if column.name in _names(owner["dimensions"])]
    own = [metric for metric in metrics.values() if _is_for_people(metric) and model["name"] in _models_of(metric, metrics, measures)]
    return Dataset(
        name=model["name"],
        description=model["description"],
        table=_table(model),
        has_days=any(dimension["type"] == "time" for dimension in model["dimensions"]),
        columns=tuple(_columns(model, manifest)),
        joined=tuple(joined),
        joins={key: _table(owner) for key, owner in named.items()},
        dimensions=(*_names(model["dimensions"]), *named, *(column.name for column in joined)),
        metrics=tuple(
            Metric(metric["name"], metric["label"], metric["description"], _sql(metric["name"], metrics, measures)) for metric in own
        ),
    )


def _is_for_people(metric: Mapping[str, Any]) -> bool:
    """One without a label is a part of others: dbt then calls it by its name."""
    return bool(metric["label"] != metric["name"])


def _parts(metric: Mapping[str, Any]) -> tuple[str, str]:
    given = metric["type_params"]
    return given["numerator"]["name"], given["denominator"]["name"]


def _models_of(
    metric: Mapping[str, Any], metrics: Mapping[str, Mapping[str, Any]], measures: Mapping[str, tuple[Mapping[str, Any], str]]
) -> set[str]:
    if metric["type"] == "ratio":
        return {one for part in _parts(metric) for one in _models_of(metrics[part], metrics, measures)}
    return {measures[metric["type_params"]["measure"]["name"]][1]}


def _sql(name: str, metrics: Mapping[str, Mapping[str, Any]], measures: Mapping[str, tuple[Mapping[str, Any], str]]) -> str:
    """The aggregate. Filters, windows and offsets are not used here, and not translated."""
    metric = metrics[name]
    if metric["type"] == "ratio":
        numerator, denominator = (_sql(part, metrics, measures) for part in _parts(metric))
        return f"{numerator} / nullif({denominator}, 0)"
    if metric["type"] != "simple" or metric["filter"]:
        raise ValueError(f"metric {name}: only sums, means, extremes, counts and ratios of them are known here")
    measure, _ = measures[metric["type_params"]["measure"]["name"]]
    return AGGREGATES[measure["agg"]].format(measure["expr"] or measure["name"])


def _columns(model: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Column]:
    relation = model["node_relation"]["alias"]
    node = next(node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["name"] == relation)
    return [Column(one["name"], one["data_type"], one["description"]) for one in node["columns"].values()]


def _table(model: Mapping[str, Any]) -> str:
    return f"{model['node_relation']['schema_name']}.{model['node_relation']['alias']}"


def _names(things: list[dict[str, Any]]) -> list[str]:
    return [str(thing["name"]) for thing in things]
