"""The layers of the dbt project, from its manifest: who reads whom, and the gate between facts and marts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ingestion.settings import PROJECT_ROOT
from orchestration.publication.relations import MOMENTS, SUBJECTS

VERDICTS = ("quality.gate_results", "source")
MAY_READ = {
    "staging": {"source", "staging", "seeds"},
    "intermediate": {"staging", "intermediate", "seeds"},
    "facts": {"staging", "intermediate", "facts", "seeds"},
    "marts": {"facts", "marts"},
}
PREFIX = {"staging": ("stg_",), "intermediate": ("int_",), "facts": ("dim_", "fct_"), "marts": ("mart_",)}
Models = dict[str, dict[str, Any]]


def of(models: Models, layer: str) -> Models:
    return {name: node for name, node in models.items() if node["layer"] == layer}


def test_every_model_lies_in_a_layer_and_is_named_after_it(models: Models) -> None:
    assert {node["layer"] for node in models.values()} == {*MAY_READ, "seeds"}
    for layer, prefixes in PREFIX.items():
        assert [name for name in of(models, layer) if not name.startswith(prefixes)] == []


@pytest.mark.parametrize("layer", MAY_READ)
def test_a_layer_reads_only_what_comes_before_it(layer: str, models: Models) -> None:
    wrong = {
        name: [need for need in node["needs"] if need[1] not in MAY_READ[layer] and not (layer == "marts" and need == VERDICTS)]
        for name, node in of(models, layer).items()
    }
    assert {name: needs for name, needs in wrong.items() if needs} == {}


def test_staging_reads_its_own_source_only(models: Models) -> None:
    for name, node in of(models, "staging").items():
        folder = node["fqn"][2]
        assert name.startswith(f"stg_{folder}__")
        assert {need.split(".")[0] for need, kind in node["needs"] if kind == "source"} <= {folder}, name
        assert [need for need, kind in node["needs"] if kind == "staging" and not need.startswith(f"stg_{folder}__")] == [], name


def test_the_verdicts_are_read_by_marts_alone(models: Models) -> None:
    assert {node["layer"] for node in models.values() if VERDICTS in node["needs"]} == {"marts"}


def test_a_mart_takes_a_fact_only_through_the_gate(models: Models) -> None:
    for name, node in of(models, "marts").items():
        code = node["raw_code"]
        facts = {need for need, kind in node["needs"] if kind == "facts" and need.startswith("fct_")}
        gated = set(re.findall(r"gated\(\s*['\"](fct_\w+)['\"](?:,\s*days_before=\d+)?\s*\)", code))
        assert gated == facts, name
        assert re.findall(r"ref\(\s*['\"]fct_\w+['\"]", code) == [], name
        assert not facts or VERDICTS in node["needs"], name


def test_nothing_but_marts_reads_marts(models: Models) -> None:
    assert [name for name, node in models.items() if node["layer"] != "marts" and "marts" in {kind for _, kind in node["needs"]}] == []


def test_every_fact_and_mart_is_under_contract(models: Models) -> None:
    for name, node in (of(models, "facts") | of(models, "marts")).items():
        assert node["config"]["contract"]["enforced"] is True, name
        assert node["config"]["persist_docs"] == {"relation": True, "columns": True}, name
        assert node["columns"], name
        assert [column for column, found in node["columns"].items() if not (found["description"] and found["data_type"])] == [], name


def test_a_table_made_again_by_days_is_dated_by_the_column_that_its_publication_goes_by(models: Models) -> None:
    days = {
        name: node["config"]["meta"].get("touched", {}).get("day") for name, node in (of(models, "facts") | of(models, "marts")).items()
    }
    moments = {name: next((one for one in MOMENTS if one in models[name]["columns"]), None) for name, day in days.items() if day}
    assert len(moments) > 10
    assert moments == {name: days[name] for name in moments}


def test_every_model_and_seed_is_described(models: Models) -> None:
    assert [name for name, node in models.items() if not node["description"].strip()] == []


def test_every_gated_fact_has_a_suite_and_every_suite_a_fact(models: Models) -> None:
    from expectations.suites import SUITES

    judged = {suite.fact for suite in SUITES}
    used = {fact for node in of(models, "marts").values() for fact in re.findall(r"gated\(\s*['\"](fct_\w+)", node["raw_code"])}
    assert used <= judged <= set(of(models, "facts"))


def test_every_fact_of_somebody_has_a_rule_by_which_its_rows_are_held_back(models: Models) -> None:
    """Without one `mart_published_days` would not know it, and all of its rows would count as refused."""
    rules = (PROJECT_ROOT / "dbt_project" / "macros" / "gate" / "gated.sql").read_text().split("macro gate_rules")[1]
    facts = {name: set(node["columns"]) for name, node in of(models, "facts").items() if name.startswith("fct_")}
    judged = [name for name, columns in facts.items() if set(SUBJECTS) & columns and "fact" not in columns]
    assert len(judged) >= 15
    assert [name for name in judged if f"'{name}'" not in rules] == []
