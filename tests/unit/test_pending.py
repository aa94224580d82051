"""What a build still has to do: told from fingerprints of files and a list of debts, so that a killed or forgotten step heals itself."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.run import latest
from ingestion.run.latest import OWN_ENTITY, OWN_SOURCE
from ingestion.settings import Settings
from orchestration import compiled, pending
from orchestration.pending import Debts, Fingerprints
from orchestration.plan import Node, Plan
from orchestration.touched import ALL, NONE, Months

SOURCES = {"binance": "klines", "hyperliquid": "candles", OWN_SOURCE: OWN_ENTITY}
PLAN = Plan(
    tuple(
        Node(f"source.{name}.{entity}", f"{name}__{entity}", "source", "source", "raw", f"raw/{name}/{entity}")
        for name, entity in SOURCES.items()
    ),
    (),
)
KLINES, CANDLES, OWN = (node.id for node in PLAN.nodes)


@pytest.fixture
def built(settings: Settings) -> Settings:
    """A warehouse built, judged and published from two months of one source and one of another."""
    for source, month in (("binance", "2026-01"), ("binance", "2026-02"), ("hyperliquid", "2026-02")):
        part(settings, source, month)
    settings.warehouse.write_text("a warehouse")
    pending.mark_built(settings, Fingerprints.now(settings))
    pending.owe(settings, Debts())
    return settings


def part(settings: Settings, source: str, month: str, content: str = "rows") -> Path:
    path = settings.raw_dir / source / SOURCES.get(source, "klines") / f"month={month}" / "part.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def attempt(settings: Settings, at: datetime, status: str = "ok", error: str | None = None) -> None:
    latest.remember(settings, at, {"binance/klines": (status, error)})


def changed(settings: Settings) -> dict[str, Months] | None:
    return Fingerprints.now(settings).changed_since(pending.built(settings), PLAN)


def test_the_first_build_is_a_whole_one(settings: Settings) -> None:
    assert changed(settings) is None
    assert pending.debts(settings) == pending.EVERYTHING
    assert not pending.is_nothing_due(settings)


def test_after_a_publication_nothing_is_due(built: Settings) -> None:
    assert changed(built) == {}
    assert pending.is_nothing_due(built)


def test_new_changed_and_vanished_files_tell_their_months(built: Settings) -> None:
    part(built, "hyperliquid", "2026-03")
    part(built, "binance", "2026-01", "other rows")
    assert changed(built) == {KLINES: Months.of(["2026-01"]), CANDLES: Months.of(["2026-03"])}
    (built.raw_dir / "hyperliquid/candles/month=2026-02/part.parquet").unlink()
    assert changed(built) == {KLINES: Months.of(["2026-01"]), CANDLES: Months.of(["2026-02", "2026-03"])}
    assert not pending.is_nothing_due(built)


def test_a_file_replaced_by_one_of_the_same_size_is_changed(built: Settings) -> None:
    os.utime(part(built, "binance", "2026-02", "swor"), ns=(1, 1))
    assert changed(built) == {KLINES: Months.of(["2026-02"])}


def test_quarantine_and_empty_parts_are_no_work(built: Settings) -> None:
    for source, month in (("_quarantine", "2026-05"), ("binance", "0000-00")):
        part(built, source, month)
    assert pending.is_nothing_due(built)


def test_a_source_that_fails_or_falls_silent_is_news_and_a_second_try_is_not(built: Settings) -> None:
    attempt(built, datetime(2026, 3, 1, 1, tzinfo=UTC))
    assert changed(built) == {OWN: ALL}
    pending.mark_built(built, Fingerprints.now(built))
    attempt(built, datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    assert pending.is_nothing_due(built)
    attempt(built, datetime(2026, 3, 1, 23, 59, tzinfo=UTC), "failed", "no answer")
    assert changed(built) == {OWN: ALL}
    attempt(built, datetime(2026, 3, 2, tzinfo=UTC))
    assert changed(built) == {OWN: ALL}


def test_a_build_that_was_killed_is_pending_again(built: Settings) -> None:
    part(built, "binance", "2026-03")
    pending.owe(built, pending.debts(built).with_built({"fct": Months.of(["2026-03"])}, Months.of(["2026-03"])))  # and here it dies
    assert changed(built) == {KLINES: Months.of(["2026-03"])}
    pending.mark_built(built, Fingerprints.now(built))
    assert pending.debts(built) == Debts(Months.of(["2026-03"]), NONE, {"fct": Months.of(["2026-03"])}, True)
    assert not pending.is_nothing_due(built)


def test_rows_that_arrive_during_a_build_are_pending_after_it(built: Settings) -> None:
    state = Fingerprints.now(built)
    part(built, "binance", "2026-02", "more rows")
    pending.mark_built(built, state)
    assert changed(built) == {KLINES: Months.of(["2026-02"])}


def test_debts_add_up_until_they_are_paid(built: Settings) -> None:
    one = Debts().with_built({"fct": Months.of(["2026-01"])}, Months.of(["2026-01"]))
    both = one.with_built({"fct": Months.of(["2026-02"]), "dim": ALL}, NONE)
    assert both == Debts(Months.of(["2026-01"]), NONE, {"fct": Months.of(["2026-01", "2026-02"]), "dim": ALL}, True)
    pending.owe(built, both)
    assert pending.debts(built) == both
    for owed in (replace(both, judge=NONE), replace(both, judge=NONE, facts={}), Debts()):
        pending.owe(built, owed)
        assert pending.is_nothing_due(built) == (owed == Debts())
    assert [path.name for path in built.state_dir.glob("*.partial")] == []


@pytest.mark.parametrize("name", ["built.json", "debts.json"])
@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_lost_state_means_everything(name: str, content: str, built: Settings) -> None:
    (built.state_dir / name).write_text(content)
    assert not pending.is_nothing_due(built)
    assert changed(built) is None if name == "built.json" else pending.debts(built) == pending.EVERYTHING


def test_a_lost_warehouse_means_everything(built: Settings) -> None:
    built.warehouse.unlink()
    assert changed(built) is None


def test_another_place_is_something_to_do_and_no_build(built: Settings, tmp_path: Path) -> None:
    """The views over raw say where it lies."""
    state = json.loads((built.state_dir / "built.json").read_text())
    (built.state_dir / "built.json").write_text(json.dumps({**state, "place": "/where/it/was"}))
    assert changed(built) == {}
    assert not pending.is_nothing_due(built)


def test_changed_expectations_judge_all_and_build_nothing(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "judge_hash", lambda: "another")
    assert changed(built) == {}
    assert pending.debts(built) == Debts(judge=ALL)


def test_changed_models_mean_everything(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "project_hash", lambda: "another")
    assert changed(built) is None


def test_months_can_be_forgotten_by_their_days(built: Settings) -> None:
    pending.forget_months(built, date(2026, 1, 31), date(2026, 2, 1))
    assert changed(built) == {KLINES: Months.of(["2026-01", "2026-02"]), CANDLES: Months.of(["2026-02"])}
    pending.mark_built(built, Fingerprints.now(built))
    pending.forget_months(built, date(2026, 2, 3), date(2026, 2, 3))
    assert changed(built) == {KLINES: Months.of(["2026-02"]), CANDLES: Months.of(["2026-02"])}


def test_everything_can_be_forgotten(built: Settings) -> None:
    pending.forget(built)
    assert changed(built) is None
    assert pending.debts(built) == pending.EVERYTHING


FILES = ["models/a.sql", "models/a.yml", "seeds/b.csv", "macros/c.sql", "dbt_project.yml"]


@pytest.mark.parametrize("name", FILES)
def test_the_project_is_known_by_what_its_files_say_and_not_by_their_times(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout, a copy or a restored backup sets times as it likes: a stale compilation let a failing model through."""
    project = tmp_path / "dbt_project"
    for file in FILES:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text("as it was")
    for file in compiled.OWN_CODE:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("code")
    monkeypatch.setattr(compiled, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(compiled, "PROJECT_ROOT", tmp_path)
    now = compiled.project_hash.__wrapped__
    before = now()
    os.utime(project / name, ns=(1, 1))
    (project / "target").mkdir()
    (project / "target" / "manifest.sql").write_text("what dbt wrote")
    assert now() == before
    (project / name).write_text("changed")
    os.utime(project / name, ns=(1, 1))
    assert now() != before
