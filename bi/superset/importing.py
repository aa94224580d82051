"""Gives Superset the zip, in place of everything of the same names: `superset import-dashboards` would keep
old datasets, and with them old metrics.

Belongs here: the one call. Does not: what is in the zip (assets.py). Run by Superset's Python.
"""

from __future__ import annotations

import sys
from zipfile import ZipFile

from bi.superset.app import USER


def main(path: str) -> None:
    from flask import g
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.commands.importers.v1.utils import get_contents_from_bundle

        g.user = security_manager.find_user(username=USER)
        with ZipFile(path) as bundle:
            ImportAssetsCommand(get_contents_from_bundle(bundle)).run()


if __name__ == "__main__":
    main(sys.argv[1])
