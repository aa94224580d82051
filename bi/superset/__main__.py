"""Superset over the published file. `serve` opens the dashboard on loopback, `check` proves that all of it
draws, also after ten publications, `zip` writes the dashboard for a Superset of your own.

Belongs here: the three commands. Does not: what they do (app.py, assets.py, check.py).
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from bi.metrics import Column, datasets
from bi.superset.app import HOST, PROJECT, USER, Superset
from bi.superset.assets import archive, listed
from ingestion.settings import Settings, load_settings
from orchestration.compiled import manifest_path

DATABASE = Path("current") / "perps.duckdb"


def main() -> None:
    asked = _arguments()
    settings = load_settings()
    manifest: dict[str, Any] = orjson.loads(manifest_path(settings).read_bytes())
    published = (asked.published or settings.published_dir).absolute()
    if asked.command == "zip":
        asked.out.write_bytes(archive(published / DATABASE, datasets(manifest), tables(manifest)))
        print(f"{asked.out}: import it in Superset under Dashboards; it reads {published / DATABASE}")
        return
    if not (published / DATABASE).exists():
        raise SystemExit(f"{published / DATABASE}: nothing published yet; run `make demo` first, or name a folder by --published")
    app = Superset(asked.home.absolute(), asked.port or _free_port())
    read = _copied(published, app.home / "published") if asked.command == "check" else published
    _prepare(app, archive(read / DATABASE, datasets(manifest), tables(manifest)))
    if asked.command == "check":
        _check(app, settings, read, asked.pictures.absolute())
    else:
        _serve(app)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bi.superset", description=__doc__)
    parser.add_argument("command", choices=["serve", "check", "zip"])
    parser.add_argument("--published", type=Path, help="folder of the publication (default: that of PERPS_DATA_DIR)")
    parser.add_argument(
        "--home", type=Path, default=PROJECT / "build" / "superset", help="where Superset is installed and keeps its things"
    )
    parser.add_argument("--port", type=int, help="on loopback (default: a free one)")
    parser.add_argument(
        "--pictures", type=Path, default=PROJECT / "build" / "superset" / "pictures", help="where `check` puts its pictures"
    )
    parser.add_argument("--out", type=Path, default=Path("perps-superset.zip"), help="what `zip` writes")
    return parser.parse_args()


def tables(manifest: Mapping[str, Any]) -> dict[str, list[Column]]:
    """Columns of the tables that charts.yml lists without metrics."""
    nodes = {f"{node['schema']}.{node['name']}": node for node in (*manifest["sources"].values(), *manifest["nodes"].values())}
    columns = {name: nodes[table]["columns"].values() for name, table in listed()["tables"].items()}
    return {name: [Column(one["name"], one["data_type"], one["description"]) for one in found] for name, found in columns.items()}


def _prepare(app: Superset, dashboard: bytes) -> None:
    if not app.is_there():
        print(f"Installing Superset into {app.home} (minutes, once) …", flush=True)
        app.install()
        app.set_up()
    print("Importing the dashboard …", flush=True)
    app.import_dashboard(dashboard)


def _serve(app: Superset) -> None:
    with app.serving() as server:
        print(f"{app.address}/superset/dashboard/perps/\nuser {USER}, password {app.password}\nCtrl-C ends it.", flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            print("ended")


def _check(app: Superset, settings: Settings, read: Path, pictures: Path) -> None:
    pictures.mkdir(parents=True, exist_ok=True)
    with app.serving():
        command = [str(app.python), "-m", "bi.superset.check", app.address, str(app.home), str(read), str(pictures)]
        code = subprocess.run(command, env=app.environment, check=False).returncode
    if code:
        raise SystemExit(f"Superset does not draw all of it; its log: {app.home / 'server.log'}")
    print(f"To look at it: PERPS_DATA_DIR={settings.data_dir} .venv/bin/python -m bi.superset serve")


def _copied(published: Path, to: Path) -> Path:
    """A publication of our own to swap, so that nobody else's is touched: one version with the database, and the link."""
    shutil.rmtree(to, ignore_errors=True)
    version = to / "versions" / "000001"
    version.mkdir(parents=True)
    shutil.copyfile(published / DATABASE, version / DATABASE.name)
    (to / "current").symlink_to("versions/000001")
    return to


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
