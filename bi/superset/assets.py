"""The dashboard as Superset imports it: one zip of YAML files, made from the metrics and from charts.yml.

Belongs here: database, datasets, charts and dashboard as files. Does not: what a kind of chart is to Superset
(drawn.py), importing (app.py). Names make the ids, so an import replaces what an earlier one made.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml  # type: ignore[import-untyped]

from bi.metrics import Column, Dataset, Metric
from bi.superset.dashboard import dashboard
from bi.superset.drawn import Chart, charts

TITLE = "Perpetual futures"
LISTED = Path(__file__).with_name("charts.yml")
SIMULATED = Column("is_simulated", "boolean", "Whether the figures are of a simulated market.")
DAYS_AGO = Column("days_ago", "bigint", "Days before the newest day of the table; 0 on it.")
READ_ONLY = {"connect_args": {"read_only": True, "config": {"enable_external_access": False}}}


def identity(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"perps-warehouse/superset/{kind}/{name}"))


def listed() -> dict[str, Any]:
    """charts.yml."""
    found: dict[str, Any] = yaml.safe_load(LISTED.read_text())
    return found


def d3_format(metric: Metric) -> str:
    """How its figures are written: its description names the unit."""
    if "USD" in metric.description:
        return "SMART_NUMBER"
    return ".1%" if "fraction" in metric.description else ",.3~f"


def archive(database: Path, datasets: Sequence[Dataset], tables: Mapping[str, Sequence[Column]]) -> bytes:
    """The zip for this published file. `tables` has the columns of those that charts.yml lists without metrics."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files(database, datasets, tables):
            target.writestr(f"perps/{name}", yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return held.getvalue()


def files(database: Path, datasets: Sequence[Dataset], tables: Mapping[str, Sequence[Column]]) -> Iterator[tuple[str, dict[str, Any]]]:
    chosen, formats = listed(), {metric.name: d3_format(metric) for dataset in datasets for metric in dataset.metrics}
    yield "metadata.yaml", {"version": "1.0.0", "timestamp": "2026-01-01T00:00:00+00:00"}
    yield "databases/perps.yaml", _database(database)
    for dataset in datasets:
        columns = [*dataset.columns, *dataset.joined, SIMULATED, *([DAYS_AGO] if dataset.has_days else [])]
        yield f"datasets/perps/{dataset.name}.yaml", _dataset(dataset.name, dataset.description, dataset.query, columns, dataset.metrics)
    for name, told in tables.items():
        query = f"select * from {chosen['tables'][name]}"
        yield f"datasets/perps/{name}.yaml", _dataset(name, "", query, [*told, SIMULATED], ())
    for chart in charts(chosen):
        yield f"charts/{_file_name(chart.title)}.yaml", _chart(chart, formats)
    yield "dashboards/perps.yaml", dashboard(TITLE, chosen, identity)


def _database(path: Path) -> dict[str, Any]:
    """Read-only, and without a way to other files: whoever may ask in SQL reads the publication and nothing else of the machine."""
    return {
        "database_name": "perps",
        "sqlalchemy_uri": f"duckdb:///{path}",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {"engine_params": READ_ONLY, "metadata_params": {}, "schemas_allowed_for_file_upload": []},
        "uuid": identity("database", "perps"),
        "version": "1.0.0",
    }


def _dataset(name: str, description: str, query: str, columns: Sequence[Column], metrics: Sequence[Metric]) -> dict[str, Any]:
    has_date = any(column.name == "date" for column in columns)
    return {
        "table_name": name,
        "main_dttm_col": "date" if has_date else None,
        "description": description,
        "schema": "marts",
        "sql": query,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "normalize_columns": False,
        "uuid": identity("dataset", name),
        "metrics": [_metric(metric) for metric in metrics],
        "columns": [_column(column) for column in columns],
        "version": "1.0.0",
        "database_uuid": identity("database", "perps"),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "metric_type": None,
        "expression": metric.sql,
        "description": metric.description,
        "d3format": d3_format(metric),
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "is_dttm": column.data_type in ("date", "timestamptz"),
        "is_active": True,
        "type": column.data_type.upper(),
        "groupby": True,
        "filterable": True,
        "expression": "",
        "description": column.description,
    }


def _chart(chart: Chart, formats: Mapping[str, str]) -> dict[str, Any]:
    number_format = formats[chart.metrics[0]] if chart.metrics else ""
    return {
        "slice_name": chart.title,
        "viz_type": chart.viz,
        "params": chart.params(number_format),
        "query_context": None,
        "cache_timeout": None,
        "uuid": identity("chart", chart.title),
        "version": "1.0.0",
        "dataset_uuid": identity("dataset", chart.data),
    }


def _file_name(title: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in title)
