"""The door for agents: what is told of tables, what is refused, how a query ends, and who is let in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import duckdb
import pytest
from mcp import Client
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration.agents import asking, catalogue
from orchestration.agents.rules import RULES, broken, rules_of
from orchestration.agents.server import server
from orchestration.cli import app
from orchestration.permitted import Limits, Queries
from orchestration.serving import only_from_here

SCORES = "('gmx', '2026-03-01', 10, false), ('gmx_v1', '2026-03-01', 4, true), ('dydx', '2026-03-01', 5, false)"


@pytest.fixture
def published(settings: Settings) -> Settings:
    """Three protocols, one a part of another; a venue that is stale, and a day that was held back."""
    settings.published_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.published_dir / "perps.duckdb")) as connection:
        connection.execute("create schema marts; create schema facts; create schema quality")
        connection.execute("create table marts.mart_protocol_scorecard_daily (protocol text, date date, fees_usd double, is_part boolean)")
        connection.execute(f"insert into marts.mart_protocol_scorecard_daily values {SCORES}")
        connection.execute("comment on table marts.mart_protocol_scorecard_daily is 'SIMULATED DATA. Scores. Key: protocol, date.'")
        connection.execute("comment on column marts.mart_protocol_scorecard_daily.fees_usd is 'Fees, USD.'")
        connection.execute("""
            create table quality.publication as select '000007' as version, timestamptz '2026-03-02 01:00:00+00' as published_at,
                true as is_simulated;
            create table marts.mart_published_days as select 'fct_volume_daily' as fact, 'okx' as venue_or_protocol,
                date '2026-02-28' as date;
            create table quality.gate_results as select 'fct_volume_daily' as fact, 'okx' as venue_or_protocol, date '2026-03-01' as date,
                false as is_passed, '["hours"]' as failed_expectations;
            create table marts.mart_freshness as select 'okx' as source, 'candles' as entity, 'stale' as status,
                timestamptz '2026-02-28 23:00:00+00' as last_event_at, 26.04 as lag_hours, null as last_error, 0 as rows_quarantined,
                null as quarantined_because, null as limitations
            union all select 'kraken', 'tickers', 'ok', null, 1, null, 0, null, null;
        """)
    return settings


def asked(settings: Settings, talk: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """What a client of the SDK gets, in this process."""

    async def session() -> Any:
        async with Client(server(settings)) as client:
            return await talk(client)

    return asyncio.run(session())


def test_a_table_is_told_with_its_units_days_and_rules(published: Settings) -> None:
    one = catalogue.describe(published, "marts.mart_protocol_scorecard_daily")
    assert (one.rows, one.first, one.last) == (3, "2026-03-01", "2026-03-01")
    assert one.columns[2] == catalogue.Column("fees_usd", "DOUBLE", "Fees, USD.")
    assert ["where not is_part" in rule for rule in one.rules] == [True]
    assert [table.table for table in catalogue.tables(published, "scores nothing")] == ["mart_protocol_scorecard_daily"]
    assert [table.schema_name for table in catalogue.tables(published)] == ["marts"] * 3 + ["quality"] * 2


def test_what_is_not_well_and_what_was_held_back_is_told_with_the_reason(published: Settings) -> None:
    found = catalogue.freshness(published)
    assert (found.version, found.is_simulated, found.last_day) == ("000007", True, {"fct_volume_daily": "2026-02-28"})
    assert (found.entities_by_status, [one["source"] for one in found.not_well]) == ({"ok": 1, "stale": 1}, ["okx"])
    assert found.held_back_days == 1
    assert found.held_back == [{"fact": "fct_volume_daily", "venue_or_protocol": "okx", "date": "2026-03-01", "because": '["hours"]'}]


@pytest.mark.parametrize(
    ("query", "value", "is_warned"),
    [
        ("select sum(fees_usd) from mart_protocol_scorecard_daily", 19.0, True),
        ("select sum(fees_usd) from marts.mart_protocol_scorecard_daily where not is_part", 15.0, False),
        ("with one as (from mart_protocol_scorecard_daily) select sum(fees_usd) from one where protocol = 'gmx'", 10.0, False),
        ("select max(fees_usd) from mart_protocol_scorecard_daily", 10.0, False),
    ],
)
def test_a_sum_over_parts_and_parents_is_warned_of(query: str, value: float, is_warned: bool, published: Settings) -> None:
    found = asking.answer(published, query)
    assert (found.rows, bool(found.warnings), found.version) == ([[value]], is_warned, "000007")
    assert "where not is_part" in found.rules[0]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("copy (select 1) to 'x.csv'", "COPY is refused; what is answered are queries"),
        ("select * from read_text('/etc/hostname')", "files outside the data folder"),
        ("attach 'x.db'", "ATTACH is refused"),
        ("set memory_limit = '9GB'", "locked"),
        ("select 1; select 2", "send one query at a time"),
        ("select * from mart_assets_daily", "list_tables names the tables"),
        ("select fee from mart_protocol_scorecard_daily", "describe_table their columns"),
        ("  -- nothing", "an empty query"),
    ],
)
def test_what_is_refused_says_what_to_do(query: str, told: str, published: Settings) -> None:
    with pytest.raises(SettingsError, match=told):
        asking.answer(published, query)


def test_a_query_ends_in_time(published: Settings) -> None:
    with pytest.raises(SettingsError, match=r"stopped after 0\.2 s: ask for fewer days"):
        asking.answer(published, "select count(*) from range(100000000000) as a, range(1000000)", seconds=0.2)


def test_a_query_ends_at_its_memory_and_writes_none_of_it_to_disk(published: Settings) -> None:
    path, limits = published.published_dir / "perps.duckdb", Limits(rows=1, seconds=60, memory_megabytes=50)
    with Queries(path, published.data_dir, limits=limits) as queries, pytest.raises(SettingsError, match="more than 50 MB: ask for fewer"):
        list(queries.ask("select list(range) from range(30000000)"))
    assert [one.name for one in published.published_dir.iterdir()] == ["perps.duckdb"]


def test_rows_and_bytes_have_an_end_that_is_told(published: Settings) -> None:
    many = asking.answer(published, "select range as n from range(5000)", most_rows=3)
    assert (many.rows, many.cut_by) == ([[0], [1], [2]], "3 rows: add up, or order and limit; at most 1,000 are given")
    assert asking.answer(published, "select range from range(3)", most_rows=3).cut_by is None
    long = asking.answer(published, "select repeat('x', 90000) from range(5)")
    assert (len(long.rows), long.cut_by) == (2, "200,000 bytes: name fewer columns, or add up first")


def test_values_are_plain(published: Settings) -> None:
    query = """select date '2026-03-01', timestamptz '2026-03-01 02:00:00+00', 1.5::decimal(4, 2), 'nan'::double, {'a': [1, null]},
        '\\x01'::blob, interval 1 day, 170141183460469231731687303715884105727::hugeint"""
    assert asking.answer(published, query).rows == [
        ["2026-03-01", "2026-03-01T02:00:00+00:00", 1.5, None, {"a": [1, None]}, "01", "1 day, 0:00:00", 2**127 - 1]
    ]


def test_the_client_is_told_the_rules_before_and_beside_every_answer(published: Settings) -> None:
    async def talk(client: Client) -> Any:
        prompt = await client.get_prompt("answer", {"question": "who is paid?"})
        pages = [(await client.read_resource(f"perps://{name}")).contents[0].text for name in ("rules", "reading", "limits")]
        failed = await client.call_tool("describe_table", {"table": "mart_protocol_scorecard"})
        return client.instructions, prompt.messages[0].content.text, pages, failed, (await client.list_tools()).tools

    instructions, prompt, pages, failed, tools = asked(published, talk)
    for rule in RULES:
        assert rule.text in instructions
        assert rule.text in prompt
        assert rule.text in pages[0]
    assert prompt.startswith("Answer this question from the warehouse: who is paid?")
    assert [page.splitlines()[0] for page in pages[1:]] == ["# Reading the figures", "# Limits"]
    assert failed.is_error
    assert "nearest: mart_protocol_scorecard_daily" in failed.content[0].text
    assert {tool.name for tool in tools} == {"freshness", "list_tables", "describe_table", "query", "trace", "chart"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_nothing_published_is_said_and_not_served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERPS_DATA_DIR", str(settings.data_dir))
    result = CliRunner().invoke(app, ["mcp"])
    assert (result.exit_code, "nothing published yet" in result.output) == (2, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com"])
def test_no_other_host_is_served(host: str) -> None:
    result = CliRunner().invoke(app, ["mcp", "--http", "--host", host])
    assert (result.exit_code, "only this machine is served" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:8321"}, 200),
        ({"host": "evil.example:8321"}, 421),
        ({"host": "127.0.0.1:9999"}, 421),
        ({"origin": "http://127.0.0.1:8321"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:3000"}, 403),
    ],
)
def test_a_page_of_another_name_or_port_is_refused(headers: dict[str, str], status: int, published: Settings) -> None:
    """DNS rebinding: a browser that is made to ask us sends the name and the origin of the page."""
    one = server(published).streamable_http_app(stateless_http=True, json_response=True, transport_security=only_from_here(8321))
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "page", "version": "1"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    with TestClient(one, base_url="http://127.0.0.1:8321") as client:
        answer = client.post("/mcp", json=body, headers={"accept": "application/json, text/event-stream", **headers})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("table", "columns", "names"),
    [
        ("mart_venue_asset_daily", ["liquidations_coverage", "close"], ["whose liquidations", "levels over changing coverage"]),
        ("mart_market_overview_daily", ["open_interest_usd", "volume_venues_reported"], ["levels over changing coverage", "stocks"]),
        ("fct_liquidations_daily", ["liquidated_usd"], ["aggregators and venues"]),
        ("mart_funding_spreads_daily", ["long_venue", "short_venue", "spread_apr"], ["rates and shares", "pairs"]),
        ("fct_fee_allocations_by_policy_daily", ["policy_set", "amount_usd"], ["rival accounts"]),
        ("dim_venues", ["venue", "name"], []),
    ],
)  # fmt: skip
def test_a_table_has_the_rules_of_its_columns(table: str, columns: list[str], names: list[str]) -> None:
    assert [rule.name for rule in rules_of(table, columns)] == names


def test_a_sum_of_an_aggregator_and_venues_names_one_of_them() -> None:
    tables = {"fct_liquidations_daily": ["venue", "liquidated_usd", "coverage"]}
    assert len(broken("select sum(liquidated_usd) from fct_liquidations_daily", tables)) == 1
    assert broken("select sum(liquidated_usd) from fct_liquidations_daily where coverage <> 'all_venues'", tables) == []
