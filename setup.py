"""Where the package's files lie; everything else about it is in pyproject.toml. Belongs here: the layout, and nothing more.

An editable install shows the folders of the checkout as they are. A wheel holds them, with the files that they read (models, seeds,
Dagster's settings), in one folder that only the command `perps` puts on its path: so it takes no plain names in the environment of
others. What others import is the module `perps`.
"""

import sys
from typing import Any

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

FOLDER = "perps_warehouse_project"
CODE = ("ingestion", "expectations", "orchestration", "simulator")
READ = ("pyproject.toml", "dagster.yaml", "workspace.yaml", "requirements.lock", "docs/reading.md", "docs/limits.md")  # at run time
FILES = ("dbt_project/**/*", "orchestration/report/shell/*", *READ)
OUTPUTS = ("dbt_project/target/*", "dbt_project/logs/*", "dbt_project/.user.yml")


class FilesAsTheyAre(build_py):
    """The folder's files are listed below; modules beside this one are none of them."""

    def find_package_modules(self, package: str, package_dir: str) -> list[Any]:
        return []


LAYOUT: dict[str, Any] = (
    {"packages": find_packages(include=[f"{name}*" for name in CODE])}
    if "editable_wheel" in sys.argv
    else {
        "packages": [FOLDER],
        "package_dir": {FOLDER: "."},
        "package_data": {FOLDER: [*(f"{name}/**/*.py" for name in CODE), *FILES]},
        "exclude_package_data": {FOLDER: OUTPUTS},
        "cmdclass": {"build_py": FilesAsTheyAre},
    }
)
setup(py_modules=["perps", "perps_warehouse"], **LAYOUT)
