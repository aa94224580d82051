"""Every file under version control: it says what it is, is named after what it does, and knows nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

VAGUE = {"helpers", "helper", "utils", "util", "common", "misc", "tools", "shared"}
# put together from parts, so that this file does not contain what it looks for
MACHINE_PATH = re.compile(r"(?<![\w.:])/(?:" + "|".join(["wo" + "rk", "ho" + "me", "tm" + "p", "Us" + "ers", "ro" + "ot"]) + r")/")
INDEX_NAMES = [
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "-index" + r"-url[ =]http",
    "arti" + "factory",
    r"/simp" + "le/(?!price)",
]  # CoinGecko has a path like an index
INDEX_HOST = re.compile("|".join(INDEX_NAMES))
TEXT = {".py", ".sql", ".yml", ".yaml", ".toml", ".md", ".csv", ".lock", ".txt", ".cfg", ".json", ".sh", ".example", ""}


def lines_with(pattern: re.Pattern[str], files: list[Path], repository: Path) -> list[str]:
    return [
        f"{path.relative_to(repository)}:{number}: {line.strip()[:100]}"
        for path in files
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_module_says_what_it_is(modules: dict[str, Path]) -> None:
    assert [name for name, path in modules.items() if not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()] == []


def test_no_module_is_named_after_nothing(modules: dict[str, Path]) -> None:
    assert [name for name in modules if {Path(name).stem.lower(), *Path(name).parts[:-1]} & VAGUE] == []


def test_no_file_knows_the_paths_of_a_machine(files: list[Path], repository: Path) -> None:
    assert lines_with(MACHINE_PATH, files, repository) == []


def test_no_file_names_a_package_index(files: list[Path], repository: Path) -> None:
    assert lines_with(INDEX_HOST, files, repository) == []


def test_the_patterns_find_what_they_are_for() -> None:
    for text in ("x = '/" + "tm" + "p/x'", "cd /" + "wo" + "rk/main"):
        assert MACHINE_PATH.search(text)
    assert not MACHINE_PATH.search("https://example.com/" + "ho" + "me/page")
    assert INDEX_HOST.search("https://pypi" + ".org/x")


def test_no_data_is_kept_in_the_repository(files: list[Path], repository: Path) -> None:
    kinds = {".parquet", ".duckdb", ".zip", ".gz", ".log", ".db", ".wal"}
    assert [str(path.relative_to(repository)) for path in files if path.suffix in kinds] == []


def test_no_file_name_is_a_template_left_unrendered(files: list[Path]) -> None:
    assert [str(path) for path in files if "{{" in str(path)] == []


def test_every_test_is_named_and_typed(modules: dict[str, Path]) -> None:
    """A function under tests/ returns None or says what it returns."""
    untyped = [
        f"{name}: {node.name}"
        for name, path in modules.items()
        if name.startswith("tests/")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.returns is None
    ]
    assert untyped == []


def test_a_path_is_no_pattern(modules: dict[str, Path]) -> None:
    """polars takes brackets in the name of somebody's folder for one, unless it is told."""
    reads = re.compile(r"pl\.(?:read|scan)_parquet(?:_schema)?\((?:[^()]|\([^()]*\))*\)")
    code = {name: path.read_text() for name, path in modules.items() if name.startswith(("ingestion/", "orchestration/", "expectations/"))}
    found = [(name, call) for name, text in code.items() for call in reads.findall(text)]
    assert found
    assert [one for one in found if "glob=False" not in one[1]] == []
