"""What BI tools are given agrees with the marts: metrics name columns that exist, charts name metrics that
exist, the lineage ends at them.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from bi.metrics import Dataset, datasets
from bi.page import page
from bi.superset.__main__ import tables as unmeasured
from bi.superset.assets import archive, listed
from bi.superset.drawn import charts


@pytest.fixture(scope="module")
def found(manifest: dict[str, Any]) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets(manifest)}


@pytest.fixture(scope="module")
def empty(manifest: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Every published table without rows, by its contract."""
    connection = duckdb.connect()
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["schema"] in ("marts", "facts")]
    for node in (*nodes, *(source for source in manifest["sources"].values() if source["source_name"] == "quality")):
        connection.execute(f"create schema if not exists {node['schema']}")
        columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in node["columns"].items())
        connection.execute(f"create table {node['schema']}.{node['name']} ({columns}, is_simulated boolean)")
    return connection


@pytest.fixture(scope="module")
def files(manifest: dict[str, Any], found: dict[str, Dataset]) -> dict[str, Any]:
    """Superset's files, as it reads them."""
    with zipfile.ZipFile(io.BytesIO(archive(Path("/nowhere/perps.duckdb"), list(found.values()), unmeasured(manifest)))) as held:
        return {name.removeprefix("perps/"): yaml.safe_load(held.read(name)) for name in held.namelist()}


def test_every_metric_counts_over_its_table(found: dict[str, Dataset], empty: duckdb.DuckDBPyConnection) -> None:
    assert {"volume_usd", "open_interest_usd", "funding_apr", "take_rate_bps", "holders_share", "holder_yield", "net_real_yield"} <= {
        metric.name for dataset in found.values() for metric in dataset.metrics
    }
    for dataset in found.values():
        for metric in dataset.metrics:
            empty.execute(f"select {metric.sql} from ({dataset.query})")
        empty.execute(f"select {', '.join(dataset.dimensions)} from ({dataset.query})")


def test_every_metric_says_what_it_is(found: dict[str, Dataset]) -> None:
    for dataset in found.values():
        for metric in dataset.metrics:
            assert metric.label
            assert metric.description.endswith("."), metric.name
            assert not metric.description.startswith("Metric created"), metric.name


def test_every_chart_asks_for_what_is_there(manifest: dict[str, Any], found: dict[str, Dataset], empty: duckdb.DuckDBPyConnection) -> None:
    tables = listed()["tables"]
    for chart in charts(listed()):
        dataset = found.get(chart.data)
        metrics = {metric.name: metric.sql for metric in dataset.metrics} if dataset else {}
        assert {*chart.metrics, *filter(None, [chart.largest_by])} <= set(metrics), chart.title
        rows = dataset.query if dataset else f"select * from {tables[chart.data]}"
        wanted = ", ".join([*chart.by, *chart.columns, *(metrics[name] for name in chart.metrics)])
        groups = f" group by {', '.join(chart.by)}" if chart.by else ""
        empty.execute(f"select {wanted} from ({rows}) where {chart.where or 'true'}{groups}")


def test_there_are_six_pages_and_every_chart_is_on_one(files: dict[str, Any]) -> None:
    placed = files["dashboards/perps.yaml"]["position"]
    assert [one["meta"]["text"] for one in placed.values() if isinstance(one, dict) and one["type"] == "TAB"] == [
        "Market", "Venue", "Asset", "Funding and spreads", "Tokens", "Quality"
    ]  # fmt: skip
    shown = sorted(one["meta"]["uuid"] for one in placed.values() if isinstance(one, dict) and one["type"] == "CHART")
    assert shown == sorted(file["uuid"] for name, file in files.items() if name.startswith("charts/"))
    assert len(shown) == len(set(shown)) >= 30
    rows = [one for one in placed.values() if isinstance(one, dict) and one["type"] == "ROW"]
    assert all(sum(placed[chart]["meta"]["width"] for chart in row["children"]) <= 12 for row in rows)


def test_superset_s_metrics_are_the_metrics(files: dict[str, Any], found: dict[str, Dataset]) -> None:
    for name, dataset in found.items():
        file = files[f"datasets/perps/{name}.yaml"]
        assert {one["metric_name"]: one["expression"] for one in file["metrics"]} == {one.name: one.sql for one in dataset.metrics}
    database = files["databases/perps.yaml"]
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True, "config": {"enable_external_access": False}}
    assert database["allow_dml"] is False


def test_the_lineage_ends_where_people_look(manifest: dict[str, Any], found: dict[str, Dataset]) -> None:
    exposure = manifest["exposures"]["exposure.perps_warehouse.superset_dashboard"]
    used = {chart.data for chart in charts(listed())}
    tables = {table for name in used & set(found) for table in (found[name].table, *found[name].joins.values())}
    tables |= {listed()["tables"][name] for name in used - set(found)}
    assert {need.split(".")[-1] for need in exposure["depends_on"]["nodes"]} == {table.split(".")[1] for table in tables}


def test_the_page_of_metrics_is_made_from_them(found: dict[str, Dataset], repository: Path) -> None:
    assert (repository / "docs" / "metrics.md").read_text() == page(list(found.values())), "write it again: python -m bi.page"


def test_the_notebook_s_lineage(manifest: dict[str, Any], repository: Path) -> None:
    text = (repository / "bi" / "ten_questions.py").read_text()
    marts = {node["name"] for node in manifest["nodes"].values() if node["schema"] == "marts" and node["resource_type"] == "model"}
    exposure = manifest["exposures"]["exposure.perps_warehouse.notebook"]
    read = set(re.findall(r"marts\.(mart_\w+)", text)) & marts
    assert {need.split(".")[-1] for need in exposure["depends_on"]["nodes"]} == read


def test_the_report_s_lineage(manifest: dict[str, Any]) -> None:
    from orchestration.report.pages import PAGES

    queries = [block.sql for page in PAGES for block in page.blocks]
    queries += [choice.options for page in PAGES for choice in page.choices]
    read = {name for query in queries for name in re.findall(r"\b(?:mart|dim|fct)_\w+|\bgate_results\b", query)}
    exposure = manifest["exposures"]["exposure.perps_warehouse.report"]
    assert {need.split(".")[-1] for need in exposure["depends_on"]["nodes"]} == read
