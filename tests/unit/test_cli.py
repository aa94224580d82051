"""`perps`: wrong usage and wrong settings end with 2 and a sentence, before anything runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingestion.errors import SettingsError
from orchestration import cli, runs
from orchestration.days import days_asked
from orchestration.publish import publish

TODAY = datetime.now(UTC).date()


class JobStarted(Exception):
    """A test of usage must never get as far as a run."""


@pytest.fixture
def _environment() -> Iterator[None]:
    """The commands write into the environment of their process: put it back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def perps(_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line over an empty data folder; a job that starts is an error."""
    monkeypatch.setenv("PERPS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def started(*_: Any, **__: Any) -> None:
        raise JobStarted

    monkeypatch.setattr(runs, "execute", started)
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


@pytest.fixture
def published_days(settings: Any) -> None:
    """A publication of one table with one day, 1."""
    settings.data_dir.mkdir()
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("create schema facts")
        warehouse.execute("create table facts.fct_volume_daily as select 1 as day")
    publish(settings, "run")


@pytest.mark.parametrize("command", ["sync", "build"])
def test_a_loss_is_accepted_by_a_word_of_one_run(command: str, perps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def started(*_: Any, **options: Any) -> None:
        seen.append(options.get("is_loss_accepted"))
        raise JobStarted

    monkeypatch.setattr(runs, "execute", started)
    perps(command)
    perps(command, "--accept")
    assert seen == [False, True]


def said(result: Result) -> str:
    return " ".join((result.output + result.stderr).split())


WRONG = [
    (["sync", "--date", "yesterday"], "write days as YYYY-MM-DD"),
    (["sync", "--date", "2026-02-30"], "write days as YYYY-MM-DD"),
    (["sync", "--date", str(TODAY)], "is not over yet"),
    (["ingest", "--to", str(TODAY + timedelta(days=5))], "is not over yet"),
    (["ingest", "--from", "2026-03-02", "--to", "2026-03-01"], "is after --to"),
    (["sync", "--date", "2026-03-01", "--from", "2026-03-01"], "not both"),
    (["sync", "--source", "bnance"], "unknown source bnance"),
    (["snapshot", "--source", "binance", "--source", "nope"], "unknown source nope"),
    (["ingest", "--source", "nope"], "unknown source nope"),
    (["status", "--source", "nope"], "unknown source nope"),
    (["doctor", "--source", "nope"], "unknown source nope"),
    (["doctor", "--format", "xml"], "Invalid value"),
    (["build", "--from", "soon"], "write days as YYYY-MM-DD"),
    (["build", "--from", "2026-03-02", "--to", "2026-03-01"], "is after --to"),
    (["replay", "no-such-folder"], "no-such-folder"),
    (["replay", "."], "neither a landing zone"),
    (["sql", "select 1"], "nothing published yet"),
    (["rollback"], "kept: none"),
    (["sync", "--no-such-option"], "No such option"),
    (["nonsense"], "No such command"),
    (["sql", "select 1", "--format", "xml"], "Invalid value"),
    (["demo", "--days", "3"], "Invalid value"),
    (["demo", "--days", "many"], "Invalid value"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_wrong_usage_ends_with_2_and_says_why(arguments: list[str], sentence: str, perps: Any) -> None:
    result = perps(*arguments)
    assert not isinstance(result.exception, JobStarted)
    assert (result.exit_code, sentence in said(result)) == (2, True), said(result)
    assert "Traceback" not in said(result)


@pytest.mark.parametrize(("name", "value"), [("PERPS_ATTEMPTS", "none"), ("PERPS_MARKETS", "top:many"), ("PERPS_SOURCES", "bnance")])
def test_wrong_settings_end_with_2_and_name_themselves(name: str, value: str, perps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    result = perps("sync")
    assert not isinstance(result.exception, JobStarted)
    assert result.exit_code == 2
    assert name in said(result) or value in said(result)


def test_help_is_shown_without_arguments(perps: Any) -> None:
    for command in ("sync", "ingest", "build", "replay", "status", "sql", "demo"):
        assert command in said(perps("--help"))


def test_version_and_short_help(perps: Any) -> None:
    result = perps("--version")
    assert (result.exit_code, result.stdout.split()) == (0, ["perps", version("perps-warehouse")])
    for command in ([], ["sync"], ["sql"], ["doctor"]):
        assert (perps(*command, "-h").exit_code, "Usage" in perps(*command, "-h").output) == (0, True)


def test_a_plan_of_an_empty_folder_says_what_is_not_known_and_sends_nothing(perps: Any) -> None:
    result = perps("sync", "--plan", "--source", "okx", "--date", "2026-03-01")
    assert result.exit_code == 0
    assert "no instruments in landing" in said(result)
    assert "Nothing was sent" in said(result)
    assert perps("sync", "--plan", "--source", "nope").exit_code == 2


@pytest.mark.parametrize(
    ("day", "first", "last", "expected"),
    [
        (None, None, None, (TODAY - timedelta(days=1), TODAY - timedelta(days=1))),
        ("2026-03-01", None, None, (date(2026, 3, 1), date(2026, 3, 1))),
        (None, "2026-03-01", None, (date(2026, 3, 1), TODAY - timedelta(days=1))),
        (None, "2026-03-01", "2026-03-05", (date(2026, 3, 1), date(2026, 3, 5))),
        (None, None, "2026-03-05", (date(2026, 3, 5), date(2026, 3, 5))),
    ],
)
def test_days_are_the_closed_ones_asked_for(day: Any, first: Any, last: Any, expected: tuple[date, date]) -> None:
    assert days_asked(day, first, last) == expected


def test_the_running_day_is_refused() -> None:
    with pytest.raises(SettingsError, match="only closed days"):
        days_asked(None, None, str(datetime.now(UTC).date()))


def test_status_of_an_empty_folder_lists_every_entity_and_ends_with_1(perps: Any) -> None:
    result = perps("status", "--all")
    assert result.exit_code == 1
    for part in ("binance", "klines", "hyperliquid", "asset_contexts", "never fetched", "nothing yet"):
        assert part in said(result)


def test_status_says_first_what_needs_a_person(perps: Any) -> None:
    lines = perps("status").output.splitlines()
    assert "Needs a person" in lines[0]
    assert "klines" not in said(perps("status"))


def test_status_in_json_says_the_same(perps: Any) -> None:
    result = perps("status", "--source", "kraken", "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["is_bad"], told["published"]) == (1, True, None)
    assert {line["source"] for line in told["sources"]} == {"kraken"}
    assert [(need["what"], need["where"].split(":")[0]) for need in told["needs"]] == [("never fetched", "kraken")]


def test_commands_that_look_write_nothing(perps: Any, settings: Any, published_days: None) -> None:
    """So that a folder which one may only read is good for them."""

    def held() -> dict[Path, int]:
        return {path: path.lstat().st_mtime_ns for path in settings.data_dir.rglob("*")}

    before = held()
    assert perps("sql", "select * from fct_volume_daily").exit_code == 0
    assert perps("status").exit_code == 0
    assert held() == before


def test_sql_prints_what_was_published(perps: Any, settings: Any) -> None:
    settings.data_dir.mkdir()
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("create schema facts")
        warehouse.execute("create table facts.fct_volume_daily as select range as day, cast(1.5 as double) as volume_usd from range(2)")
    version = publish(settings, "run").version
    query = "select day, volume_usd from fct_volume_daily order by day"
    assert perps("sql", query, "--format", "csv").stdout.splitlines() == ["day,volume_usd", "0,1.5", "1,1.5"]
    assert json.loads(perps("sql", query, "--format", "json").stdout) == [{"day": 0, "volume_usd": 1.5}, {"day": 1, "volume_usd": 1.5}]
    assert "volume_usd" in perps("sql", query).stdout
    assert version in said(perps("status"))
    hostile = "select '[/red] [bold]x' as brackets, chr(27) || '[31m' || chr(7) as control"
    shown = perps("sql", hostile).stdout
    assert "[/red] [bold]x" in shown  # the data's own, and no markup of ours
    assert r"\x1b[31m\x07" in shown
    assert "\x1b" not in shown


REFUSED = [
    "select nothing from nowhere",
    "drop table facts.fct_volume_daily",
    "create table x as select 1",
    "not sql",
    "",
    "-- a comment alone",
]


@pytest.mark.parametrize("query", REFUSED)
@pytest.mark.usefixtures("published_days")
def test_sql_that_fails_or_writes_ends_with_2(query: str, perps: Any) -> None:
    assert perps("sql", query).exit_code == 2
    assert perps("sql", "select day from fct_volume_daily").exit_code == 0


@pytest.mark.usefixtures("published_days")
def test_without_a_query_a_shell_goes_on_after_a_mistake(perps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["select sum(day) as total", "from fct_volume_daily;", "selec 1;", "select 5 as five; select 6 as six;"])

    def typed(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr("orchestration.querying._is_typed", lambda: True)
    shown = perps("sql", "--format", "csv")
    assert shown.exit_code == 0
    assert [line for line in shown.stdout.splitlines() if line][-6:] == ["total", "1", "five", "5", "six", "6"]
    assert "syntax error" in said(shown)


@pytest.mark.usefixtures("published_days")
def test_a_query_can_come_through_a_pipe(perps: Any) -> None:
    piped = CliRunner().invoke(cli.app, ["sql", "--format", "csv"], input="select 1 as one;\nselect 2 as two;")
    assert piped.stdout.split() == ["one", "1", "two", "2"]
    assert perps("sql", "select 1", "--file", "x.sql").exit_code == 2
