"""The Dagster definitions: every asset says what it is, whose it is and where it belongs; jobs and schedules are as documented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from ingestion.venue.registry import all_sources


@pytest.fixture(scope="module")
def specs(definitions: Any) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


@pytest.mark.parametrize("attribute", ["description", "kinds", "owners"])
def test_every_asset_has_it(attribute: str, specs: dict[str, dg.AssetSpec]) -> None:
    assert [name for name, spec in specs.items() if not getattr(spec, attribute)] == []


def test_every_asset_belongs_to_a_group(specs: dict[str, dg.AssetSpec]) -> None:
    assert [name for name, spec in specs.items() if spec.group_name in (None, "default")] == []


def test_raw_assets_show_their_columns_their_source_and_when_they_are_stale(specs: dict[str, dg.AssetSpec]) -> None:
    for source in all_sources().values():
        for entity in source.entities:
            spec = specs[f"{source.name}/{entity.name}"]
            shown = spec.metadata["dagster/column_schema"].columns
            assert {column.name for column in shown} == set(entity.columns)
            assert {column.name for column in shown if (column.description or "").startswith("key")} == set(entity.key)
            addresses = {value.value for value in spec.metadata.values() if isinstance(value, dg.UrlMetadataValue)}
            assert addresses == set(source.hosts.values())
    limits = {name: spec.freshness_policy.fail_window.to_timedelta() for name, spec in specs.items() if spec.freshness_policy}
    assert (limits["okx/candles"], limits["binance_archive/klines"]) == (timedelta(hours=48), timedelta(hours=1080))
    assert "gmx/liquidations" not in limits


def test_jobs_and_schedules_say_what_they_do(definitions: Any) -> None:
    repository = definitions.get_repository_def()
    assert [one.name for one in repository.schedule_defs if not one.description] == []
    assert [job.name for job in repository.get_all_jobs() if not job.name.startswith("__") and not job.description] == []


def test_names_are_nouns_below_their_layer(specs: dict[str, dg.AssetSpec]) -> None:
    verbs = ("build", "fetch", "ingest", "run", "load", "make", "do", "process", "judge")
    assert [name for name in specs if name.count("/") != 1 or name.split("/")[1].split("_")[0] in verbs] == []


def test_there_is_an_asset_for_every_entity_and_every_model(specs: dict[str, dg.AssetSpec], models: dict[str, Any]) -> None:
    raw = {f"{source.name}/{entity.name}" for source in all_sources().values() for entity in source.entities}
    assert raw <= set(specs)
    assert {name for name in models if name not in {key.split("/")[1] for key in specs}} == set()
    assert {"quality/gate_results", "published/perps", "perps/ingestion_attempts"} <= set(specs)


def test_the_gate_lies_between_facts_and_marts(definitions: Any, models: dict[str, Any]) -> None:
    graph = definitions.resolve_asset_graph()
    gate = dg.AssetKey(["quality", "gate_results"])
    before = {key.path[-1] for key in graph.get(gate).parent_keys}
    assert before == {name for name in before if name.startswith("fct_")} != set()
    gated = {name for name, node in models.items() if node["layer"] == "marts" and ("quality.gate_results", "source") in node["needs"]}
    assert {key.path[-1] for key in graph.get(gate).child_keys} == gated
    published = {key.path[-1] for key in graph.get(dg.AssetKey(["published", "perps"])).parent_keys}
    assert published == {name for name, node in models.items() if node["layer"] == "marts"}


def test_the_gates_check_blocks(definitions: Any) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys if key.asset_key.path == ["quality", "gate_results"]}
    assert [name for name, spec in checks.items() if spec.blocking] == ["gate_is_open"]


def test_the_jobs_are_there_and_load(definitions: Any) -> None:
    dg.Definitions.validate_loadable(definitions)
    jobs = {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    assert {"daily", "ingest", "build", "snapshot"} <= jobs


def test_schedules_are_off_until_someone_turns_them_on_and_in_utc(definitions: Any) -> None:
    schedules = list(definitions.schedules or [])
    assert {schedule.name for schedule in schedules} == {"every_night", "every_hour", "every_morning"}
    assert {schedule.default_status for schedule in schedules} == {dg.DefaultScheduleStatus.STOPPED}
    assert {schedule.execution_timezone for schedule in schedules} == {"UTC"}
