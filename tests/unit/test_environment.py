"""What the host has set for other projects does not reach ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.environment import environment_of_dbt


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
