"""`perps demo` clears its folder before it begins: only if it is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import SettingsError
from ingestion.store.landing import is_simulated
from orchestration.demo import _clear


def test_a_folder_of_somebody_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "thesis.txt").write_text("precious")
    with pytest.raises(SettingsError, match="is no demo of ours and is left alone"):
        _clear(folder)
    assert (folder / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize("exists", [True, False])
def test_an_empty_or_absent_one_becomes_a_demo_and_is_cleared_next_time(exists: bool, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    if exists:
        folder.mkdir()
    _clear(folder)
    assert is_simulated(folder)
    (folder / "landing").mkdir()
    _clear(folder)
    assert [path.name for path in folder.iterdir()] == ["SIMULATED"]
