"""Locks of the data folder: who has to wait says for whom."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ingestion.settings import Settings
from orchestration.locks import publication_lock

HOLD = """
import sys
from ingestion.settings import load_settings
from orchestration.locks import publication_lock
with publication_lock(load_settings(data_dir=sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def child(settings: Settings) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(settings.data_dir), "x" * 80]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_who_waits_says_for_whom_and_then_has_it(settings: Settings) -> None:
    with child(settings) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with child(settings) as second:
            assert second.stderr is not None
            told = second.stderr.readline()
            assert told.startswith(f"waiting for the publication: process {first.pid} (-c {settings.data_dir}"[:80])
            assert told.endswith(" UTC has it\n")
            assert len(told) < 200, "a long command is cut"
            first.communicate("")
            assert second.communicate("")[0] == "held\n"
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_lock_is_had_where_its_note_finds_no_room(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.locks.write_whole", full)
    with publication_lock(settings) as lock:
        assert lock.is_locked


def test_a_killed_holder_keeps_nobody_waiting(settings: Settings) -> None:
    with child(settings) as first:
        assert first.stdout is not None
        first.stdout.readline()
        first.kill()
    with publication_lock(settings), publication_lock(settings):
        assert (settings.state_dir / "publication.holder").read_text().startswith("process ")
