"""What the host has set for other projects does not reach ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration.environment import drop_variables_of_dagster, environment_of_dbt, prepare_dagster


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
