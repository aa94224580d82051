"""Files that are there whole or not at all, and what a killed writer leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ingestion.store.whole import clear_leftovers, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.json"
    write_whole(path, "old")
    write_whole(path, b"new")
    assert path.read_text() == "new"
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folder = tmp_path / "klines" / "month=2026-11"
    folder.mkdir(parents=True)
    for name in ("part.parquet", f"part.{dead.pid}.partial", f"part.{os.getpid()}.partial", "part.partial"):
        (folder / name).touch()
    clear_leftovers(tmp_path / "klines")
    assert sorted(path.name for path in folder.iterdir()) == sorted(["part.parquet", f"part.{os.getpid()}.partial"])
    clear_leftovers(tmp_path / "nothing there")
