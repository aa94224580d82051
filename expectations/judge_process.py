"""Great Expectations in a process of its own, started early: its import takes seconds, and it needs them while a run waits for sources.

Belongs here: both ends of the pipe. Does not: what is judged and how (validation.py). The process ends with the program that started it,
however that ends: then its input does. Frames go through the pipe as plain lists, so that the program needs no pandas either.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any

from expectations.verdicts import Failures, Frames

if TYPE_CHECKING:
    from expectations.validation import Validation

PROJECT = Path(__file__).resolve().parents[1]
# What Great Expectations imports and these suites never use: a third of its start. Whoever touches one gets the real module.
IMPORTED_WHEN_USED = ("altair", "scipy.stats")
# What it does without when it is not installed.
LEFT_OUT = ("sqlalchemy",)


class JudgeProcess:
    """Starts at once, works when asked; asking starts it where nobody did."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owed = 0  # answers not read yet, all of them to Data Docs
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to import; returns at once."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "expectations.judge_process"]
            # in a session of its own, so that Ctrl-C ends the program, and the program this process
            self._process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
            self._owed = 0

    def failures(self, frames: Frames) -> dict[str, Failures]:
        """Fact → expectation → the rows that fail it."""
        figures = {fact: (suite, {name: frame[name].to_list() for name in suite.columns}) for fact, (suite, frame) in frames.items()}
        with self._lock:
            self.start()
            self._settle()
            self._send(("failures", figures))
            answer: dict[str, Failures] = self._receive()
            return answer

    def write_data_docs(self, directory: Path, run_id: str, judged_at: datetime) -> None:
        """Have the last judgement written as HTML under `directory`; returns at once."""
        with self._lock:
            self._send(("write_data_docs", directory.resolve(), run_id, judged_at))
            self._owed += 1

    def close(self) -> None:
        """Wait for what was asked and end the process."""
        with self._lock:
            if self._process is not None:
                self._settle()
                for pipe in self._pipes():
                    with suppress(BrokenPipeError):  # it may have ended before
                        pipe.close()
                self._process.wait()
                self._process = None

    def __enter__(self) -> JudgeProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self) -> None:
        """Read the answers owed; a page that could not be written is told, and no reason to fail a judgement."""
        while self._owed:
            self._owed -= 1
            try:
                self._receive()
            except RuntimeError as error:
                logging.getLogger(__name__).warning("Data Docs were not written: %s", error)

    def _send(self, request: tuple[Any, ...]) -> None:
        requests, _ = self._pipes()
        try:
            pickle.dump(request, requests)
            requests.flush()
        except BrokenPipeError as error:
            raise self._ended() from error

    def _receive(self) -> Any:
        _, answers = self._pipes()
        try:
            answer, problem = pickle.load(answers)
        except EOFError as error:
            raise self._ended() from error
        if problem:
            raise RuntimeError(problem)
        return answer

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("nothing was judged yet")
        return self._process.stdin, self._process.stdout

    def _ended(self) -> RuntimeError:
        code = self._process.wait() if self._process else None
        return RuntimeError(f"the process of Great Expectations ended with {code}; what it said is on the error output")


@cache
def shared() -> JudgeProcess:
    """The one of this program; ends with it."""
    process = JudgeProcess()
    atexit.register(process.close)
    return process


class _ImportedWhenUsed(ModuleType):
    """Stands for a module until something is asked of it. `importlib.util.LazyLoader` does not do: `import` itself asks."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _import_validation() -> Validation:
    for name in IMPORTED_WHEN_USED:
        sys.modules[name] = _ImportedWhenUsed(name)
    for name in LEFT_OUT:
        sys.modules[name] = None  # type: ignore[assignment]  # as the documentation of sys.modules has it
    gc.disable()  # looking for cycles among imports that stay is a fifth of their time
    from expectations.validation import Validation

    gc.freeze()
    gc.enable()
    return Validation()


def _answer(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the program that asks closes its end."""
    validation = _import_validation()
    while True:
        try:
            method, *arguments = pickle.load(requests)
        except EOFError:
            return
        try:
            answer, problem = getattr(validation, method)(*arguments), ""
        except Exception as error:
            answer, problem = None, f"{type(error).__name__}: {error}"
            logging.getLogger(__name__).exception("%s failed", method)
        pickle.dump((answer, problem), answers)
        answers.flush()


if __name__ == "__main__":
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import: send nothing home
    answers_to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _answer(sys.stdin.buffer, answers_to)
