"""SQL stays portable between engines: what differs lives in macros/engine alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

NOT_PORTABLE = {
    "a cast with colons": r"::",
    "qualify": r"\bqualify\b",
    "group by all": r"\bgroup\s+by\s+all\b",
    "order by all": r"\border\s+by\s+all\b",
    "filter (where …)": r"\bfilter\s*\(\s*where\b",
    "select * exclude": r"\bexclude\s*\(",
    "select * replace": r"\*\s*replace\s*\(",
    "an asof join": r"\basof\s+(left\s+)?join\b",
    "a lambda": r"\w\s*->\s*\w",
    "read_parquet": r"\bread_parquet\b",
    "try_cast": r"\btry_cast\b",
}
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
TEXT = re.compile(r"'[^'\n]*'")


@pytest.fixture(scope="module")
def statements(repository: Path) -> dict[str, str]:
    """SQL by path, without comments and quoted text, outside macros/engine."""
    project = repository / "dbt_project"
    paths = [path for path in project.rglob("*.sql") if not {"target", "logs", "dbt_packages"} & set(path.relative_to(project).parts)]
    kept = [path for path in paths if "macros/engine" not in str(path)]
    assert len(kept) > 20
    return {str(path.relative_to(repository)): TEXT.sub("''", COMMENT.sub(" ", path.read_text())) for path in kept}


@pytest.mark.parametrize("name", NOT_PORTABLE)
def test_no_dialect_of_one_engine(name: str, statements: dict[str, str]) -> None:
    assert [path for path, text in statements.items() if re.search(NOT_PORTABLE[name], text, re.IGNORECASE)] == []


def test_no_share_of_fees_is_a_literal(statements: dict[str, str]) -> None:
    """Fee splits are dated data in a seed: no fraction stands beside revenue or holders in SQL."""
    pattern = re.compile(r"\b(fees|revenue|holders)\w*\s*\*\s*0\.\d+|0\.\d+\s*\*\s*\w*(fees|revenue|holders)", re.IGNORECASE)
    assert [path for path, text in statements.items() if pattern.search(text)] == []


def test_keywords_are_in_lower_case(statements: dict[str, str]) -> None:
    pattern = re.compile(r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY|CAST)\b")
    assert [path for path, text in statements.items() if pattern.search(text)] == []
