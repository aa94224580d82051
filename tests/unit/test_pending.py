"""What a build still has to do: told from fingerprints of files, so that a killed or forgotten build heals itself."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import Settings
from orchestration import pending
from orchestration.pending import Fingerprints


@pytest.fixture
def built(settings: Settings) -> Settings:
    """A warehouse built and judged from two months of one source and one of another."""
    for source, month in (("binance", "2026-01"), ("binance", "2026-02"), ("hyperliquid", "2026-02")):
        part(settings, source, month)
    settings.warehouse.write_text("a warehouse")
    pending.mark_built(settings, Fingerprints.of_raw(settings))
    pending.mark_judged(settings)
    return settings


def part(settings: Settings, source: str, month: str, content: str = "rows") -> Path:
    path = settings.raw_dir / source / "klines" / f"month={month}" / "part.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_the_first_build_is_a_whole_one(settings: Settings) -> None:
    assert pending.months_to_build(settings) is None
    assert pending.months_to_judge(settings) is None


def test_after_a_build_nothing_is_pending(built: Settings) -> None:
    assert pending.months_to_build(built) == []
    assert pending.months_to_judge(built) == []


def test_new_changed_and_vanished_files_make_their_months_pending(built: Settings) -> None:
    part(built, "hyperliquid", "2026-03")
    part(built, "binance", "2026-01", "other rows")
    assert pending.months_to_build(built) == ["2026-01", "2026-03"]
    (built.raw_dir / "hyperliquid/klines/month=2026-02/part.parquet").unlink()
    assert pending.months_to_build(built) == ["2026-01", "2026-02", "2026-03"]


def test_a_file_replaced_by_one_of_the_same_size_is_changed(built: Settings) -> None:
    path = part(built, "binance", "2026-02", "swor")
    os.utime(path, ns=(1, 1))
    assert pending.months_to_build(built) == ["2026-02"]


def test_bookkeeping_quarantine_and_empty_parts_are_no_work(built: Settings) -> None:
    for source, month in (("perps", "2026-05"), ("_quarantine", "2026-05"), ("binance", "0000-00")):
        part(built, source, month)
    assert pending.months_to_build(built) == []


def test_a_build_that_was_killed_is_pending_again(built: Settings) -> None:
    part(built, "binance", "2026-03")
    pending.write_touched(built, pending.months_to_build(built) or [])  # and here the process dies
    assert pending.months_to_build(built) == ["2026-03"]


def test_rows_that_arrive_during_a_build_are_pending_after_it(built: Settings) -> None:
    state = Fingerprints.of_raw(built)
    part(built, "binance", "2026-02", "more rows")
    pending.mark_built(built, state)
    assert pending.months_to_build(built) == ["2026-02"]


def test_what_was_built_is_judged_once(built: Settings) -> None:
    part(built, "binance", "2026-03")
    assert pending.months_to_judge(built) == []  # not built yet
    pending.mark_built(built, Fingerprints.of_raw(built))
    assert pending.months_to_judge(built) == ["2026-03"]
    pending.mark_judged(built)
    assert pending.months_to_judge(built) == []


MODELS = ["dbt_project/models/a.sql", "dbt_project/seeds/b.csv", "dbt_project/macros/c.sql", "dbt_project/dbt_project.yml"]


def code_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*MODELS, "expectations/d.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("as it was")
    monkeypatch.setattr(pending, "PROJECT_ROOT", folder)


@pytest.mark.parametrize("name", MODELS)
def test_changed_models_mean_everything(name: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_in(tmp_path / "code", monkeypatch)
    settings.state_dir.mkdir(parents=True)
    settings.warehouse.write_text("")
    pending.mark_built(settings, Fingerprints.of_raw(settings))
    pending.mark_judged(settings)
    assert (pending.months_to_build(settings), pending.months_to_judge(settings)) == ([], [])
    (tmp_path / "code" / name).write_text("changed")
    assert pending.months_to_build(settings) is None
    pending.mark_built(settings, Fingerprints.of_raw(settings))
    assert (pending.months_to_build(settings), pending.months_to_judge(settings)) == ([], None)


def test_changed_expectations_judge_all_and_build_nothing(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_in(tmp_path / "code", monkeypatch)
    settings.state_dir.mkdir(parents=True)
    settings.warehouse.write_text("")
    pending.mark_built(settings, Fingerprints.of_raw(settings))
    pending.mark_judged(settings)
    (tmp_path / "code" / "expectations/d.py").write_text("changed")
    assert (pending.months_to_build(settings), pending.months_to_judge(settings)) == ([], None)


def test_a_lost_warehouse_or_state_means_everything(built: Settings) -> None:
    (built.state_dir / "built.json").write_text("{")
    assert pending.months_to_build(built) is None
    built.warehouse.unlink()
    assert pending.months_to_build(built) is None


def test_months_can_be_forgotten_by_their_days(built: Settings) -> None:
    pending.forget_months(built, date(2026, 1, 31), date(2026, 2, 1))
    assert pending.months_to_build(built) == ["2026-01", "2026-02"]
    pending.mark_built(built, Fingerprints.of_raw(built))
    pending.forget_months(built, date(2026, 2, 3), date(2026, 2, 3))
    assert pending.months_to_build(built) == ["2026-02"]


def test_everything_can_be_forgotten(built: Settings) -> None:
    pending.forget(built)
    assert (pending.months_to_build(built), pending.months_to_judge(built)) == (None, None)


@pytest.mark.parametrize(("months", "text"), [([], "month\n"), (["2026-01", "2026-02"], "month\n2026-01\n2026-02\n")])
def test_dbt_reads_the_touched_months_one_a_line(months: list[str], text: str, settings: Any) -> None:
    pending.write_touched(settings, months)
    assert (settings.state_dir / "touched_months.csv").read_text() == text
    assert [path.name for path in settings.state_dir.iterdir()] == ["touched_months.csv"]
