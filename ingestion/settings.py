"""Settings: one typed class, read from the environment (prefix PERPS_) or `.env`. Nothing else reads the environment.

Belongs here: what can be chosen, and the check of each value. Does not: which sources exist (registry).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ingestion.env_file import EnvFile, read_env_file
from ingestion.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
PREFIX, BASE_URL = "PERPS_", "PERPS_BASE_URL"
NO_SETTINGS = {"PERPS_SHARED_DIR", "PERPS_DBT_TARGET_DIR", "PERPS_CHROMIUM", "PERPS_SUPERSET_HOME"}  # of tests and tools, and for dbt
SECRET = ("base_url", "notify_url", "healthcheck_url", "lake_catalog")  # their values are not shown
CATALOGS = ("sqlite", "duckdb", "postgres")
Check = Callable[[Any], Any]
"""Gives the value in its type, or raises ValueError that says what to write."""


def _path(value: Any) -> Path:
    if not str(value).strip() or value == Path():
        raise ValueError("it is empty: write a path, or leave the variable out")
    if "://" in str(value):
        raise ValueError("an address is not supported here: write a path of this machine")
    return Path(value).expanduser()


def _file(value: Any) -> Path:
    if not (path := _path(value)).is_file():
        raise ValueError("there is no such file")
    return path


def _folder(value: Any) -> Path:
    path = _path(value).resolve()
    if path.exists() and not path.is_dir():
        raise ValueError("this is a file: write a folder")
    if "?" in str(path) or not str(path).isprintable():
        raise ValueError("a name with ? or a control character in it: DuckDB cannot keep a file there")
    return path


def _number(kind: type, least: float, *, is_open: bool = False) -> Check:
    what = f"{'a whole number' if kind is int else 'a number'} {'above' if is_open else 'of at least'} {least:g}"

    def check(value: Any) -> Any:
        try:
            number = kind(value) if isinstance(value, str) or kind(value) == value else None
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or not (number > least if is_open else number >= least) or number == float("inf"):
            raise ValueError(f"write {what}")
        return number

    return check


def _names(value: Any) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else list(value)


def _markets(value: Any) -> str:
    count = value.removeprefix("top:")
    if not value.strip() or (value.startswith("top:") and not (count.isdigit() and int(count) > 0)):
        raise ValueError("write top:N with N a whole number above 0, globs such as BTC*,SOLUSDT, or * for all")
    return str(value)


def _addresses(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"it is written per source, as {BASE_URL}__BINANCE=http://…")
    for source, address in value.items():
        if address and not address.startswith(("http://", "https://")):
            raise ValueError(f"the address of {source} must begin with http:// or https://")
    return {source: address for source, address in value.items() if address}


def _catalog(value: Any) -> str:
    kind, _, where = str(value).partition(":")
    if value and (kind not in CATALOGS or not where.strip()):
        raise ValueError("write sqlite:PATH, duckdb:PATH or postgres:host=… dbname=…, or leave it empty")
    return str(value)


def _secret_address(value: Any) -> str:
    if value and not str(value).startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return str(value)


def _checked(check: Check, description: str) -> dict[str, Any]:
    return {"check": check, "description": description}


@dataclass
class Settings:
    """What can be chosen. `PERPS_BASE_URL__<SOURCE>` replaces the live address of a source by a simulator, mirror or recording."""

    data_dir: Path = field(
        default=Path("data"), metadata=_checked(_folder, "folder of landing, raw, warehouse and publication on this machine")
    )
    lake_catalog: str = field(
        default="",
        metadata=_checked(_catalog, "catalogue of a DuckLake for the warehouse: sqlite:PATH, duckdb:PATH or postgres:…; empty: a file"),
    )
    sources: list[str] = field(
        default_factory=list, metadata=_checked(_names, "sources to use, comma-separated; empty: every source that needs no key")
    )
    base_url: dict[str, str] = field(
        default_factory=dict, metadata=_checked(_addresses, "address to use in place of a source's live one, by source")
    )
    markets: str = field(
        default="*", metadata=_checked(_markets, "globs over `symbol` or `source:symbol`, comma-separated, or `top:N` by 24 h volume")
    )
    protocols_file: Path = field(
        default=PROJECT_ROOT / "dbt_project" / "seeds" / "protocols.csv",
        metadata=_checked(_file, "seed whose `defillama_slug` column names the protocols to fetch"),
    )
    assets_file: Path = field(
        default=PROJECT_ROOT / "dbt_project" / "seeds" / "asset_coins.csv",
        metadata=_checked(_file, "seed whose `asset` and `coingecko_id` name the coins traded that belong to no protocol"),
    )
    timeout_seconds: float = field(
        default=30.0,
        metadata=_checked(
            _number(float, 0, is_open=True), "per try: each read, and at most 8 s to connect; a whole answer may take four times that"
        ),
    )
    source_hours: float = field(
        default=12.0,
        metadata=_checked(_number(float, 0, is_open=True), "a source that is not done by then is given up; what has come is kept"),
    )
    attempts: int = field(
        default=5, metadata=_checked(_number(int, 1), "tries per request; at most three if it times out or its host was never reached")
    )
    retry_seconds: float = field(default=0.5, metadata=_checked(_number(float, 0), "first pause between tries; doubles, with jitter"))
    concurrency: int = field(default=8, metadata=_checked(_number(int, 1), "requests under way per host of a source"))
    rate_limit_factor: float = field(
        default=1.0,
        metadata=_checked(
            _number(float, 0, is_open=True), "share of a source's published budget to use; above 1 only for a simulator or mirror"
        ),
    )
    max_body_megabytes: int = field(default=256, metadata=_checked(_number(int, 1), "a larger body is refused"))
    keep_history_days: int = field(
        default=30, metadata=_checked(_number(int, 1), "days that Dagster's history keeps a run that has ended, with its events")
    )
    keep_log_days: int = field(default=30, metadata=_checked(_number(int, 1), "days that what a run of the UI printed is kept"))
    notify_url: str = field(
        default="", metadata=_checked(_secret_address, "a webhook that is told what needs a person; empty: nobody is told")
    )
    healthcheck_url: str = field(
        default="", metadata=_checked(_secret_address, "asked for after each run that went well; {job} in it is the job's name")
    )

    alerts: list[str] = field(
        default_factory=list,
        metadata=_checked(_names, "rules of mart_alerts that the webhook is told of, comma-separated, or * for all; empty: none"),
    )

    def __repr__(self) -> str:
        """Without the addresses: each may hold a password."""
        shown = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in SECRET}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())}, base_url={sorted(self.base_url)})"

    @property
    def landing_dir(self) -> Path:
        return self.data_dir / "landing"

    @property
    def raw_dir(self) -> Path:
        return self.data_dir / "raw"

    @property
    def state_dir(self) -> Path:
        return self.data_dir / "state"

    @property
    def warehouse(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def ledger_dir(self) -> Path:
        return self.data_dir / "quality" / "gate_results"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def report_dir(self) -> Path:
        return self.data_dir / "report"

    def api_key(self, variable: str) -> str | None:
        """The key in the named variable of the environment or `.env`; never logged or stored."""
        return os.environ.get(variable) or read_env_file(Path(".env")).values.get(variable) or None

    def wants_market(self, source: str, symbol: str) -> bool:
        """Whether PERPS_MARKETS selects this symbol (a `top:N` selects all; the source ranks them)."""
        patterns = [part.strip() for part in self.markets.split(",")]
        return self.top_markets is not None or any(
            fnmatchcase(symbol, pattern) or fnmatchcase(f"{source}:{symbol}", pattern) for pattern in patterns
        )

    @property
    def top_markets(self) -> int | None:
        """N of `top:N`, else None."""
        return int(self.markets.removeprefix("top:")) if self.markets.startswith("top:") else None


def load_settings(*, _env_file: Path | str | None = ".env", **overrides: object) -> Settings:
    """Settings from environment and `.env` with overrides; data_dir becomes absolute. Raises SettingsError naming what is wrong."""
    file = read_env_file(Path(_env_file)) if _env_file else EnvFile()
    given = _variables(file) | overrides
    problems, values = [], {}
    for one in fields(Settings):
        default = one.default if one.default is not MISSING else one.default_factory()  # type: ignore[misc]
        value = given.get(one.name, default)
        variable = f"{PREFIX}{one.name.upper()}"
        try:
            values[one.name] = one.metadata["check"](value)
        except ValueError as problem:
            got = "" if one.name in SECRET else f" (got {str(value)!r})"
            place = f"{file.place(variable)}: " if variable in file.lines and variable not in os.environ else ""
            problems.append(f"{place}{variable}: {problem}{got}")
    if problems:
        raise SettingsError("; ".join(problems))
    return Settings(**values)


def _variables(file: EnvFile) -> dict[str, Any]:
    """The settings of the environment and, where it says nothing, of the file, by field. Raises SettingsError for a name that is none."""
    known = {f"{PREFIX}{one.name.upper()}": one.name for one in fields(Settings)}
    found: dict[str, Any] = {}
    for variable, value in {**file.values, **os.environ}.items():
        name, is_filed = variable.upper(), variable not in os.environ
        if name.startswith(f"{BASE_URL}__"):
            found.setdefault("base_url", {})[name.removeprefix(f"{BASE_URL}__").lower()] = value
        elif name in known:
            found.setdefault(known[name], value)
        elif wrong := _no_setting(variable, known, is_filed):
            raise SettingsError(f"{file.place(variable)}: {wrong}" if is_filed else wrong)
    return found


def _no_setting(variable: str, known: Mapping[str, str], is_filed: bool) -> str | None:
    """What is wrong with a name that looks like a setting. In our own file, one that nearly has the prefix is such a name too."""
    name = variable.upper()
    is_ours = name.startswith(PREFIX)
    if name in NO_SETTINGS or not (is_ours or is_filed):
        return None
    if name.startswith(f"{BASE_URL}_"):
        return f"{variable} is no setting: write {BASE_URL}__{name.removeprefix(f'{BASE_URL}_')}, with two lines"
    if near := get_close_matches(name, known, n=1, cutoff=0.8 if is_ours else 0.9):
        return f"{variable} is no setting: did you mean {near[0]}?"
    names = ", ".join(f"{one}__<SOURCE>" if one == BASE_URL else one for one in sorted(known))
    return f"{variable} is no setting: the settings are {names}" if is_ours else None
