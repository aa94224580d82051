"""Superset in an environment of its own: installed, set up with SQLite, given the dashboard, served on
loopback.

Belongs here: processes and folders of Superset. Does not: what it is given (assets.py), whether it draws
(check.py). Everything lies in one folder, which may be deleted: `env/`, `superset.db`, the key and the
password, both made at installation and readable by their owner alone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
REQUIREMENTS = HERE / "requirements.txt"
HOST, USER = "127.0.0.1", "admin"
PATIENCE_S = 180.0


@dataclass(frozen=True)
class Superset:
    """An installation. `home` is its folder, `port` where it listens, on loopback alone."""

    home: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def python(self) -> Path:
        return self.home / "env" / "bin" / "python"

    @property
    def password(self) -> str:
        return (self.home / "password").read_text()

    @property
    def environment(self) -> dict[str, str]:
        own = {"SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"), "PERPS_SUPERSET_HOME": str(self.home)}
        shared = {"FLASK_APP": "superset", "PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "ignore", "TZ": "UTC"}
        return {**os.environ, **own, **shared}

    def is_there(self) -> bool:
        """Whether it is installed and set up, with the pins as they are now."""
        stamp = self.home / "pins"
        return stamp.exists() and stamp.read_text() == _pins()

    def install(self) -> None:
        """The pinned packages."""
        self.home.mkdir(parents=True, exist_ok=True)
        if not self.python.exists():
            self._do([sys.executable, "-m", "venv", str(self.home / "env")])
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        self._do([*pip, "--requirement", str(REQUIREMENTS)])

    def set_up(self) -> None:
        """Superset's own tables, roles and one user, with a key and a password."""
        for name, length in (("secret_key", 48), ("password", 12)):
            _keep_secret(self.home / name, length)
        self.superset("db", "upgrade")
        names = ["--username", USER, "--firstname", "perps", "--lastname", "warehouse", "--email", "perps@localhost"]
        self.superset("fab", "create-admin", *names, "--password", self.password)
        self.superset("init")
        (self.home / "pins").write_text(_pins())

    def import_dashboard(self, archive: bytes) -> None:
        path = self.home / "dashboard.zip"
        path.write_bytes(archive)
        self._do([str(self.python), "-m", "bi.superset.importing", str(path)])

    def superset(self, *arguments: str) -> None:
        self._do([str(self.python.with_name("superset")), *arguments])

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """The server, once it answers; ended afterwards."""
        gunicorn = [
            str(self.python.with_name("gunicorn")),
            "--worker-class",
            "gthread",
            "--threads",
            "8",
            "--timeout",
            "120",
            "--no-control-socket",
        ]
        command = [*gunicorn, "--bind", f"{HOST}:{self.port}", "superset.app:create_app()"]
        with (self.home / "server.log").open("wb") as log:
            server = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=self.home)
            try:
                self._wait(server)
                yield server
            finally:
                server.terminate()
                server.wait()

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        raise SystemExit(f"Superset does not answer at {self.address}; see {self.home / 'server.log'}")

    def _do(self, command: list[str]) -> None:
        with (self.home / "setup.log").open("ab") as log:
            if subprocess.run(command, env=self.environment, stdout=log, stderr=log, cwd=self.home, check=False).returncode:
                raise SystemExit(f"{' '.join(command[:4])} …: failed; see {self.home / 'setup.log'}")


def _pins() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _keep_secret(path: Path, length: int) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length))
