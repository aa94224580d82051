"""Settings: read from the environment, checked at once, and every complaint names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import SettingsError
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.settings import Settings, load_settings
from ingestion.venue.registry import all_sources, selected


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_the_defaults_need_nothing(tmp_path: Path) -> None:
    found = load_settings()
    assert (found.data_dir, found.sources, found.base_url, found.markets) == (tmp_path / "data", [], {}, "*")
    assert (found.protocols_file.name, found.assets_file.name) == ("protocols.csv", "asset_coins.csv")


def test_the_data_folder_becomes_absolute_and_holds_every_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, PERPS_DATA_DIR="here/../there")
    zones = (found.landing_dir, found.raw_dir, found.state_dir, found.warehouse, found.ledger_dir, found.published_dir)
    names = ("landing", "raw", "state", "warehouse.duckdb", "quality/gate_results", "published")
    assert zones == tuple(tmp_path / "there" / name for name in names)


def test_an_address_is_set_by_source(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, PERPS_BASE_URL__BINANCE_ARCHIVE="http://127.0.0.1:1/x", PERPS_BASE_URL__HYPERLIQUID="http://127.0.0.1:2")
    assert found.base_url == {"binance_archive": "http://127.0.0.1:1/x", "hyperliquid": "http://127.0.0.1:2"}


def test_sources_are_a_comma_separated_list(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, PERPS_SOURCES=" hyperliquid, ,binance ")
    assert found.sources == ["hyperliquid", "binance"]
    assert [source.name for source in selected(found)] == ["hyperliquid", "binance"]
    assert [source.name for source in selected(found, ["defillama", "defillama"])] == ["defillama"]


def test_without_a_choice_every_source_is_used() -> None:
    names = [source.name for source in selected(load_settings())]
    assert names == sorted(names) == list(all_sources())
    assert {"binance", "binance_archive", "defillama", "hyperliquid"} <= set(names)


def test_an_unknown_source_is_named_beside_the_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"unknown source bnance; choose from .*binance, binance_archive"):
        selected(load(monkeypatch, PERPS_SOURCES="bnance"))


WRONG = {
    "PERPS_TIMEOUT_SECONDS": "soon", "PERPS_ATTEMPTS": "0", "PERPS_RETRY_SECONDS": "-1", "PERPS_CONCURRENCY": "none",
    "PERPS_RATE_LIMIT_FACTOR": "inf", "PERPS_MAX_BODY_MEGABYTES": "0.5", "PERPS_BASE_URL": "http://127.0.0.1:1", "PERPS_MARKETS": "top:0",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG.items())
def test_a_wrong_value_is_refused_when_settings_are_read(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=name):
        load(monkeypatch, **{name: value})


@pytest.mark.parametrize("value", ["", "  "], ids=["empty", "blank"])
@pytest.mark.parametrize("name", ["DATA_DIR", "PROTOCOLS_FILE", "ASSETS_FILE", "MARKETS", "TIMEOUT_SECONDS", "ATTEMPTS", "RETRY_SECONDS"])
def test_an_empty_value_is_no_choice(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty data folder would be the current one, empty markets none at all."""
    with pytest.raises(SettingsError, match=f"PERPS_{name}: "):
        load(monkeypatch, **{f"PERPS_{name}": value})


def test_an_empty_list_of_sources_and_an_empty_address_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, PERPS_SOURCES="", PERPS_BASE_URL__BINANCE="")
    assert (found.sources, found.base_url) == ([], {})


@pytest.mark.parametrize("value", ["s3://bucket/warehouse", "gs://bucket", "https://a.test/b", "file:///data"])
def test_a_data_folder_is_a_path_of_this_machine(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PERPS_DATA_DIR: an address is not supported here"):
        load(monkeypatch, PERPS_DATA_DIR=value)
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SettingsError, match="PERPS_DATA_DIR: this is a file"):
        load(monkeypatch)


@pytest.mark.parametrize("name", ["what?", "a\nb"])
def test_a_data_folder_is_one_that_duckdb_can_keep_a_file_in(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"PERPS_DATA_DIR: a name with \? or a control character"):
        load(monkeypatch, PERPS_DATA_DIR=name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("PERPS_DATADIR", "PERPS_DATA_DIR"), ("PERPS_SOURCE", "PERPS_SOURCES"), ("PERPS_BASE_URL_OKX", "PERPS_BASE_URL__OKX")],
)
def test_a_name_that_is_nearly_a_setting_is_said(name: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=f"{name} is no setting: .*{meant}"):
        load(monkeypatch, **{name: "x"})


def test_a_name_that_is_no_setting_is_answered_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^PERPS_ELSE is no setting: the settings are .*PERPS_BASE_URL__<SOURCE>.* PERPS_DATA_DIR, "):
        load(monkeypatch, PERPS_ELSE="z")


def test_names_of_the_tests_of_dbt_and_of_others_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, PERPS_SHARED_DIR="x", PERPS_DBT_TARGET_DIR="y", PERP_DATA_DIR="z", _PERPS_COMPLETE="bash_source")
    assert (found.markets, found.data_dir.name) == ("*", "data")


@pytest.mark.parametrize("name", ["PROTOCOLS_FILE", "ASSETS_FILE"])
def test_a_seed_that_is_not_there_is_said_at_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=f"PERPS_{name}: there is no such file .got '{tmp_path}/seed.csv'"):
        load(monkeypatch, **{f"PERPS_{name}": str(tmp_path / "seed.csv")})


def test_an_address_is_of_the_web_and_of_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PERPS_BASE_URL: the address of okx must begin with http") as error:
        load(monkeypatch, PERPS_BASE_URL__OKX="user:hunter2@mirror.test")
    assert "hunter2" not in str(error.value)
    monkeypatch.delenv("PERPS_BASE_URL__OKX")
    with pytest.raises(SettingsError, match=r"PERPS_BASE_URL__BINANCEE: there is no source binancee; did you mean BINANCE\?"):
        selected(load(monkeypatch, PERPS_BASE_URL__BINANCEE="http://127.0.0.1:1"))


def test_only_the_chosen_sources_are_imported() -> None:
    code = "import sys; from ingestion.venue.registry import selected; from ingestion.settings import load_settings; "
    code += "selected(load_settings()); print(sorted(name for name in sys.modules if name.startswith('ingestion.sources.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PERPS_SOURCES": "okx"}
    )
    assert done.stdout.strip() == "['ingestion.sources.okx']"


@pytest.mark.parametrize("value", ["top:", "top:0", "top:-1", "top:ten", "top:1.5"])
def test_a_rank_must_be_a_whole_number(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PERPS_MARKETS"):
        _ = load(monkeypatch, PERPS_MARKETS=value).top_markets


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("*", {"BTCUSDT", "BTCUSD_PERP", "1000PEPEUSDT", "btcusdt"}),
        ("BTC*", {"BTCUSDT", "BTCUSD_PERP"}),
        ("BTCUSDT, *PEPE*", {"BTCUSDT", "1000PEPEUSDT"}),
        ("binance:BTC*", {"BTCUSDT", "BTCUSD_PERP"}),
        ("okx:*", set()),
    ],
)
def test_markets_are_chosen_by_globs_over_symbol_or_source_and_symbol(pattern: str, wanted: set[str], make_settings: Any) -> None:
    symbols = {"BTCUSDT", "BTCUSD_PERP", "1000PEPEUSDT", "btcusdt"}
    assert {symbol for symbol in symbols if make_settings(markets=pattern).wants_market("binance", symbol)} == wanted


def test_the_largest_markets_are_chosen_by_rank(make_settings: Any) -> None:
    listed = [Market("A", 5.0), Market("B", 50.0), Market("C", 7.0), Market("D", 50.0)]
    session = Session(all_sources()["binance"], make_settings(markets="top:3"), "run", client=None)
    assert [market.symbol for market in session.select(listed)] == ["B", "D", "C"]


def test_a_file_beside_the_run_gives_settings_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PERPS_MARKETS=ETH*\nPERPS_ATTEMPTS=9\nSOME_API_KEY=abc\n")
    found = load(monkeypatch, PERPS_ATTEMPTS="2")
    assert (found.markets, found.attempts) == ("ETH*", 2)


def test_keys_come_from_the_environment_or_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FILED_API_KEY=abc\n")
    found = load(monkeypatch, SET_API_KEY="def", EMPTY_API_KEY="")
    assert [found.api_key(name) for name in ("SET_API_KEY", "EMPTY_API_KEY", "NO_API_KEY", "FILED_API_KEY")] == ["def", None, None, "abc"]


def test_keys_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in repr(load(monkeypatch, SECRET_API_KEY="hunter2", PERPS_BASE_URL__OKX="http://user:hunter2@mirror.test"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_with_a_byte_order_mark_is_read_as_without(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text('PERPS_MARKETS="ETH*"  # é\r\n\r\nexport PERPS_ATTEMPTS=9\r\n', encoding=encoding)
    found = load(monkeypatch)
    assert (found.markets, found.attempts) == ("ETH*", 9)


BROKEN = {
    "utf-16": ("# é\nPERPS_ATTEMPTS=9\n".encode("utf-16"), "line 1: the file is UTF-16"),
    "utf-16 without a mark": ("# é\nPERPS_ATTEMPTS=9\n".encode("utf-16-le"), "line 1: the file is UTF-16"),
    "latin-1": ("PERPS_ATTEMPTS=9\n\n# é\n".encode("latin-1"), "line 3: a byte that is not UTF-8"),
    "no value": (b"PERPS_ATTEMPTS=9\n\nPERPS_MARKETS\n", "line 3: this is no NAME=value$"),
    "an open quote": (b'# one\nSOME_API_KEY="hunter2\n', "line 2: this is no NAME=value$"),
    "a name of two words": (b"PERPS ATTEMPTS=9\n", "line 1: this is no NAME=value$"),
    "a colon": (b"SOME_API_KEY: hunter2\n", "line 1: this is no NAME=value$"),
    "an unknown name": (b"\n\nPERPS_DATADIR=x\n", "line 3: PERPS_DATADIR is no setting: did you mean PERPS_DATA_DIR"),
    "a misspelt prefix": (b"# one\nPERP_DATA_DIR=x\n", "line 2: PERP_DATA_DIR is no setting: did you mean PERPS_DATA_DIR"),
    "a wrong value": (b"PERPS_MARKETS=*\nPERPS_ATTEMPTS=many\n", "line 2: PERPS_ATTEMPTS: write a whole number"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_in_the_file_is_said_with_its_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body, told = BROKEN[name]
    (tmp_path / ".env").write_bytes(body)
    with pytest.raises(SettingsError, match=rf"^\.env, {told}") as error:
        load(monkeypatch)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("name", ["PERPS_NOTIFY_URL", "PERPS_HEALTHCHECK_URL"])
def test_addresses_to_tell_are_not_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in repr(load(monkeypatch, **{name: "https://hooks.test/hunter2"}))
    with pytest.raises(SettingsError, match=f"{name}: it must begin with http") as refused:
        load(monkeypatch, **{name: "hooks.test/hunter2"})
    assert "hunter2" not in str(refused.value)
