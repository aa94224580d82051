"""What the host has set for other projects does not reach ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.errors import SettingsError
from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.developing import dev
from orchestration.environment import drop_variables_of_dagster, environment_of_dbt, prepare_dagster, variables


def test_variables_of_dbt_stay_out_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DBT_EMPTY=true published thirteen empty marts with exit 0, DBT_TARGET=prod failed without its name."""
    monkeypatch.setenv("DBT_EMPTY", "true")
    monkeypatch.setenv("DBT_TARGET", "prod")
    monkeypatch.setenv("PERPS_DATA_DIR", "mine")
    before = dict(os.environ)
    with environment_of_dbt(tmp_path, tmp_path / "dbt"):
        assert [name for name in os.environ if name.startswith("DBT_")] == []
        assert os.environ["PERPS_DATA_DIR"] == str(tmp_path)
    assert dict(os.environ) == before


def test_variables_of_another_dagster_stay_out_of_the_ui(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options of its commands, such as the port, may be variables; what the operator's own dagster.yaml asks for stays."""
    mine = settings.data_dir / "dagster" / "dagster.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("run_storage: {config: {password: {env: DAGSTER_PG_PASSWORD}}}")
    for name in ("DAGSTER_CLI_DEV_PORT", "DAGSTER_GRPC_TIMEOUT_SECONDS", "DAGSTER_PG_PASSWORD", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "1")
    drop_variables_of_dagster(settings)
    assert sorted(name for name in os.environ if name.startswith("DAGSTER_")) == ["DAGSTER_HOME", "DAGSTER_PG_PASSWORD"]


def test_dagster_does_not_run_with_its_defaults_where_it_cannot_find_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks for dagster.yaml by a pattern: below a folder named [data] it sent usage data and queued nothing."""
    monkeypatch.setenv("PERPS_DATA_DIR", str(tmp_path / "[data]"))
    with pytest.raises(SettingsError, match=r"Dagster cannot read its settings below .*: use a folder without"):
        prepare_dagster()
    assert list(tmp_path.iterdir()) == []


def test_settings_of_dagster_are_the_operators_once_they_are_there(tmp_path: Path) -> None:
    """Each command wrote them anew, without a rename: others read an empty file, and an operator's lines were gone."""
    with variables({"PERPS_DATA_DIR": str(tmp_path)}):
        prepare_dagster()
        theirs = tmp_path / "dagster" / "dagster.yaml"
        assert theirs.read_bytes() == (PROJECT_ROOT / "dagster.yaml").read_bytes()
        theirs.write_text("run_queue: {max_concurrent_runs: 1}")
        before = theirs.stat()
        prepare_dagster()
        assert theirs.read_text() == "run_queue: {max_concurrent_runs: 1}"
        assert (theirs.stat().st_ino, theirs.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_ui_has_the_settings_of_the_folder_that_it_is_started_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("PERPS_SOURCES=hyperliquid\nPERPS_MARKETS=BTC\nPERPS_DATA_DIR=here\n")
    seen = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: seen.append((load_settings(), Path.cwd(), os.environ["DAGSTER_HOME"])))
    with variables({}):
        dev(3999)
    ((found, folder, home),) = seen
    assert (found.sources, found.markets, found.data_dir) == (["hyperliquid"], "BTC", tmp_path / "here")
    assert (folder, home) == (tmp_path, str(tmp_path / "here" / "dagster"))
