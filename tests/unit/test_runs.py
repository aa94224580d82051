"""What a run of the command line comes to when a step goes wrong: a sentence, exit code 1, and the same in the journal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from orchestration import runs
from orchestration.journal import find
from orchestration.records import Checked, Made, Record
from orchestration.warehouse import opened

ERRORS = {
    "build_facts: no way": PerpsError("no way"),
    "build_facts: IOException: IO Error: Could not set lock": duckdb.IOException("IO Error: Could not set lock"),
    "build_facts: KeyError: 'x'": KeyError("x"),
}


@pytest.mark.parametrize("sentence", ERRORS)
def test_a_step_that_fails_ends_the_run_with_a_sentence(sentence: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Iterator[Record]:
        yield Made(("facts", "one"))
        raise ERRORS[sentence]

    monkeypatch.setattr(runs, "load_settings", lambda: settings)
    monkeypatch.setattr(runs, "_steps", lambda *_: {"build_facts": failing})
    outcome = runs.execute("build")
    assert (outcome.exit_code, outcome.is_success, outcome.problems) == (1, False, [sentence])
    journal = find(settings, outcome.run_id)
    assert journal is not None
    assert (journal.is_success, journal.failed_step) == (False, "build_facts")
    assert sentence == f"build_facts: {journal.error}"


def test_a_failed_check_that_blocks_ends_the_run_and_another_does_not(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = []

    def checking(is_blocking: bool) -> Iterator[Record]:
        yield Checked(("facts", "one"), "is_right", False, metadata={"failing rows": 3}, is_blocking=is_blocking)

    def step(name: str, is_blocking: bool) -> Iterator[Record]:
        reached.append(name)
        yield from checking(is_blocking)

    monkeypatch.setattr(runs, "load_settings", lambda: settings)
    for is_blocking, expected in ((False, list(runs.BUILD_STEPS)), (True, ["build_facts"])):
        reached.clear()
        steps = {name: lambda name=name, one=is_blocking: step(name, one) for name in runs.BUILD_STEPS}
        monkeypatch.setattr(runs, "_steps", lambda *_, steps=steps: steps)
        outcome = runs.execute("build")
        assert (reached, outcome.exit_code, outcome.is_success) == (expected, 1, not is_blocking)


def test_a_warehouse_that_another_program_has_open_is_told_first_and_what_exists_only_now_is_fetched(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    def fetching() -> Iterator[Record]:
        said.append(capfd.readouterr().err)
        return iter(())

    def building() -> Iterator[Record]:
        with opened(settings):
            raise AssertionError("opened")
            yield

    monkeypatch.setattr(runs, "load_settings", lambda: settings)
    monkeypatch.setattr(runs, "_steps", lambda *_: {"fetch_sources": fetching, "build_facts": building})
    monkeypatch.setattr(runs, "_is_nothing_due", lambda _: False)
    settings.state_dir.mkdir(parents=True)
    hold = f"import duckdb, sys; held = duckdb.connect({str(settings.warehouse)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tool:
        assert tool.stdout is not None
        assert tool.stdout.readline() == "held\n"
        (told,) = runs.execute("daily").problems
        tool.communicate("")
    sentence = rf"{re.escape(str(settings.warehouse))} is open in another program, \S+ \(PID {tool.pid}\): close it there, .*"
    assert re.fullmatch(f"build_facts: {sentence}", told)
    assert re.fullmatch(f"{sentence}; meanwhile the sources are asked\n", said[0])
    assert runs.execute("daily").problems == ["build_facts: AssertionError: opened"], "it is free again"
    assert said[1] == ""
