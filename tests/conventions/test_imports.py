"""Who may import whom, and who may read the environment: what keeps the four verbs in their four places."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FORBIDDEN = {
    "ingestion": {"dagster", "dagster_dbt", "dbt", "great_expectations", "orchestration", "expectations", "simulator", "bi"},
    "expectations": {"httpx", "aiohttp", "dagster", "dagster_dbt", "dbt", "orchestration", "simulator", "bi"},
    "simulator": {"ingestion", "dagster", "dagster_dbt", "dbt", "great_expectations", "orchestration", "expectations", "bi"},
    "orchestration": {"httpx", "aiohttp", "great_expectations", "pandas", "bi"},
}
ONLY_IN = {
    "great_expectations": {"expectations/validation.py"},
    "pandas": {"expectations/validation.py"},
    "simulator": {"orchestration/demo.py"},
}
# settings and environment are the two places; judge_process keeps Great Expectations, which reads its switch at import, from sending
# usage data.
MAY_READ_THE_ENVIRONMENT = {"ingestion/settings.py", "orchestration/environment.py", "expectations/judge_process.py"}
# What runs beside the project, without its settings: Superset in an environment of its own, and the notebook, which knows only the file.
MAY_READ_THE_ENVIRONMENT |= {f"bi/superset/{name}.py" for name in ("app", "browser", "superset_config")} | {"bi/ten_questions.py"}
CODE = (*FORBIDDEN, "benchmarks", "bi")


def imported(path: Path) -> set[str]:
    """Top-level packages a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def code(modules: dict[str, Path]) -> dict[str, Path]:
    return {name: path for name, path in modules.items() if name.split("/")[0] in CODE}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_does_not_know_what_it_must_not(package: str, modules: dict[str, Path]) -> None:
    mine = {name: path for name, path in modules.items() if name.startswith(f"{package}/")}
    assert mine
    excused = {(name, tool) for tool, places in ONLY_IN.items() for name in places}
    found = {(name, tool) for name, path in mine.items() for tool in imported(path) & FORBIDDEN[package]}
    assert found - excused == set()


@pytest.mark.parametrize("tool", ONLY_IN)
def test_a_tool_has_one_place(tool: str, modules: dict[str, Path]) -> None:
    users = {name for name, path in code(modules).items() if tool in imported(path) and not name.startswith(("simulator/", "benchmarks/"))}
    assert users <= ONLY_IN[tool]


def test_no_private_part_of_dagster_or_dbt_is_used(modules: dict[str, Path]) -> None:
    private = re.compile(r"^\s*(?:from|import)\s+(?:dagster|dbt)[\w.]*\._", re.MULTILINE)
    assert [name for name, path in code(modules).items() if private.search(path.read_text())] == []


def test_the_environment_is_read_in_few_places(modules: dict[str, Path]) -> None:
    readers = set()
    for name, path in code(modules).items():
        for node in ast.walk(ast.parse(path.read_text())):
            is_use = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv")
            is_import = isinstance(node, ast.ImportFrom) and node.module == "os" and {a.name for a in node.names} & {"environ", "getenv"}
            if is_use or is_import:
                readers.add(name)
    assert readers == MAY_READ_THE_ENVIRONMENT


def test_nothing_is_done_at_import_by_the_library_code(modules: dict[str, Path]) -> None:
    """Module level holds definitions: no bare call, except the code location's own preparation."""
    callers = {
        name
        for name, path in code(modules).items()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    }
    assert callers <= {"orchestration/definitions.py"}
