"""The simulator's truth comes back from the published file, to the last digit that a double holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from agent_session import Session, five_questions, over_http, over_stdio
from comparing import (
    compare_aggregates,
    compare_candles,
    compare_daily_volume,
    compare_funding,
    compare_liquidations,
    compare_marts,
    compare_open_interest,
    compare_venues_and_assets,
    compare_weekly_positions,
)
from comparing_alerts import compare_alerts, compare_with_what_was_known
from comparing_market import (
    compare_liquidations_of_assets,
    compare_overview,
    compare_periods,
    compare_perpetuals_with_spot,
    compare_reconciliations,
    compare_spreads,
)
from comparing_metrics import compare_metrics
from house import House, days_from
from typer.testing import CliRunner

import perps
from ingestion.settings import PROJECT_ROOT
from ingestion.venue.registry import names
from orchestration import compiled
from orchestration.charts import PICTURES
from orchestration.cli import app
from orchestration.documentation.answers import answers
from orchestration.documentation.binding import types
from orchestration.published import ask, published_file
from orchestration.runs import execute
from simulator import Simulator, Truth
from simulator.dialects.coingecko import CATEGORIES, WITHOUT_REPOSITORY

DAYS = 24
LAST = datetime.now(UTC).date() - timedelta(days=1)  # the gate judges by the real clock which days are over
FIRST = LAST - timedelta(days=DAYS - 1)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(start=FIRST, days=DAYS + 1)


@pytest.fixture(scope="module")
def built(house: Callable[..., House], truth: Truth) -> Iterator[House]:
    with Simulator(truth, now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls())
        one.snapshots(simulator, days_from(FIRST, DAYS))
        outcome = one.sync(FIRST, LAST)
        assert outcome.exit_code == 0, outcome.problems
        yield one


def test_status_fits_a_screen_when_all_is_well(built: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the archive, whose monthly files of funding these few days have not reached."""
    built.enter()
    well = [name for name in names() if name != "binance_archive"]
    monkeypatch.setenv("PERPS_SOURCES", ",".join(well))
    assert len(well) >= 31
    shown = CliRunner().invoke(app, ["status"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) <= 24, shown.output
    assert "Nothing needs a person" in shown.output


def test_candles(built: House, truth: Truth) -> None:
    compare_candles(built, truth, LAST)


def test_daily_volume(built: House, truth: Truth) -> None:
    compare_daily_volume(built, truth, LAST)


def test_open_interest_is_the_last_of_the_day_and_one_sided(built: House, truth: Truth) -> None:
    compare_open_interest(built, truth, LAST)


def test_funding(built: House, truth: Truth) -> None:
    compare_funding(built, truth, LAST)


def test_weekly_positions_of_dated_futures(built: House, truth: Truth) -> None:
    compare_weekly_positions(built, truth, LAST)


def test_liquidations(built: House, truth: Truth) -> None:
    compare_liquidations(built, truth, LAST)


def test_aggregates_are_of_all_venues(built: House, truth: Truth) -> None:
    compare_aggregates(built, truth, LAST)


def test_other_peoples_figures_stand_beside_ours(built: House, truth: Truth) -> None:
    compare_reconciliations(built, truth, LAST)


def test_coins_of_no_protocol_have_caps_and_are_in_no_basket(built: House) -> None:
    query = "select token, count(market_cap_usd) from fct_token_prices_daily where token in ('BTC', 'SOL', 'XRP') group by token"
    assert dict(built.query(query)) == {"BTC": DAYS, "SOL": DAYS, "XRP": DAYS}
    counted = built.query("select category, date, tokens from mart_token_narratives_daily order by category, date")
    priced = built.query(
        "select p.category, f.date, count(distinct f.token) from fct_token_prices_daily as f inner join dim_protocols as p"
        " on f.token = p.token where f.market_cap_usd > 0 and p.category in ('ai', 'perp') group by 1, 2 order by 1, 2"
    )
    # near is in CoinGecko's list of the run, and is followed as a coin of no protocol; those that are not followed have the list's price
    ((unfollowed,),) = built.query(f"select count(*) from fct_ai_tokens_daily where date = '{LAST}' and price_source = 'coingecko'")
    listed = {("ai", LAST): 1 + unfollowed}
    assert [one for one in counted if one[0] in ("ai", "perp")] == [(*key, tokens + listed.get((*key,), 0)) for *key, tokens in priced]
    assert len(priced) == 2 * DAYS


def test_tokens_of_ai_are_those_typed_and_those_listed(built: House) -> None:
    """On the last day the run's lists count; their prices if it ran before noon. Commits are as many as the id's letters."""
    rows = built.frame("select * from mart_ai_tokens_daily")
    last = {row["coingecko_id"]: row for row in rows.filter(date=LAST).to_dicts()}
    assert {coin for coin, row in last.items() if row["is_listed"]} == {
        coin for name in ("artificial-intelligence", "ai-agents", "ai-applications", "ai-framework") for coin in CATEGORIES[name]
    }
    assert {coin: last[coin]["ai_side"] for coin in ("bittensor", "golem", "io", "ai-rig-complex", "the-graph", "near")} == {
        "bittensor": "inference", "golem": "compute", "io": "compute", "ai-rig-complex": "application", "the-graph": "data", "near": None,
    }  # fmt: skip
    assert (last["golem"]["is_token_needed"], last["venice-token"]["is_token_needed"], last["io"]["is_token_needed"]) == (True, False, None)
    asked = [row for row in last.values() if row["developer_status"] != "not_asked"]
    assert len(asked) == 8
    missing = {coin for coin, row in last.items() if row["status"] == "missing" and row["price_usd"] is None}
    assert missing <= {"io", "ai-rig-complex"}
    assert not missing or max(row["developer_observed_at"] for row in asked).hour >= 12
    assert {coin for coin, row in last.items() if row["status"] == "ok" and row["price_usd"] > 0} == set(last) - missing
    assert all(row["commits_4w"] == (None if row["coingecko_id"] in WITHOUT_REPOSITORY else len(row["coingecko_id"])) for row in asked)
    assert {coin for coin, row in last.items() if row["fees_status"] != "not_reported"} == {"virtual-protocol"}
    sides = built.query(
        f"select category, tokens, tokens_expected from mart_token_narratives_daily where date = '{LAST}' and category like 'ai%'"
    )
    assert sum(tokens for category, tokens, _ in sides if category != "ai") == next(tokens for name, tokens, _ in sides if name == "ai") - 1
    assert {name: expected - tokens for name, tokens, expected in sides} == {
        "ai": len(missing), "ai_application": len(missing & {"ai-rig-complex"}), "ai_compute": len(missing & {"io"}),
        "ai_data": 0, "ai_inference": 0,
    }  # fmt: skip


def test_marts_add_up_to_the_truth(built: House, truth: Truth) -> None:
    compare_marts(built, truth, LAST)


def test_a_coin_at_a_venue_is_the_truths(built: House, truth: Truth) -> None:
    compare_venues_and_assets(built, truth, LAST)


def test_the_overview_is_what_the_truths_volumes_say(built: House, truth: Truth) -> None:
    compare_overview(built, truth, LAST)


def test_perpetuals_are_compared_with_spot_of_the_same_name(built: House, truth: Truth) -> None:
    compare_perpetuals_with_spot(built, truth, LAST)


def test_weeks_and_months_agree_with_their_days(built: House) -> None:
    compare_periods(built)


def test_spreads_are_of_every_pair_and_antisymmetric(built: House, truth: Truth) -> None:
    compare_spreads(built, truth, LAST)


def test_liquidations_of_an_asset_say_whose_they_are(built: House) -> None:
    compare_liquidations_of_assets(built)


def test_the_overview_adds_up_what_venues_have(built: House) -> None:
    sums = built.query("select date, sum(volume_usd), sum(open_interest_usd) from mart_venue_share_daily group by date order by date")
    ours = built.query("select date, volume_usd, open_interest_usd from mart_market_overview_daily order by date")
    structure = """
        select date, sum(volume_usd), sum(open_interest_usd) from mart_market_structure_daily
        where dimension = '{}' group by date order by date"""
    assert len(ours) == DAYS
    for other in (sums, *(built.query(structure.format(dimension)) for dimension in ("kind", "design", "region", "regulation"))):
        assert [day for day, *_ in other] == [day for day, *_ in ours]
        assert [figure for _, *figures in other for figure in figures] == pytest.approx(
            [figure for _, *figures in ours for figure in figures]
        )


def test_shares_add_to_one_each_day(built: House) -> None:
    sums = built.query("select date, sum(volume_share), sum(open_interest_share) from mart_venue_share_daily group by date")
    assert len(sums) == DAYS
    sums += built.query(
        "select date, sum(volume_share), sum(open_interest_share) from mart_market_structure_daily group by date, dimension"
    )
    assert len(sums) == 5 * DAYS
    assert all(abs(volume - 1) < 1e-12 and abs(interest - 1) < 1e-12 for _, volume, interest in sums)


def test_protocol_figures(built: House, truth: Truth) -> None:
    theirs = truth.protocol_series().filter(
        (pl.col("date") <= LAST) & pl.col("metric").is_in(["fees", "revenue", "holders_revenue", "supply_side_revenue"])
    )
    ours = built.frame("select * from fct_protocol_metrics_daily where status = 'ok' and source = 'defillama'")
    both = ours.join(theirs, on=["protocol", "metric", "date"], suffix="_truth")
    assert len(both) >= 4 * DAYS
    assert both.filter(pl.col("value_usd") != pl.col("value_usd_truth")).is_empty()


def test_traders_and_what_a_token_did_stand_beside_its_yield(built: House, truth: Truth) -> None:
    """GMX's accounts are those of the day's number, Lighter's a part of its volume; nobody counts the others'."""
    traded = truth.candles().filter(pl.col("market_id").str.starts_with("lighter:")).group_by(pl.col("opened_at").dt.date().alias("date"))
    theirs = {("lighter", day): int(usd / 40_000) + 1 for day, usd in traded.agg(pl.col("volume_usd").sum()).rows() if day <= LAST}
    theirs |= {("gmx", day): 10 + (day - date(1970, 1, 1)).days % 5 for day in days_from(FIRST, DAYS)}
    ours = built.query("select protocol, date, active_users from mart_protocol_scorecard_daily where active_users_status = 'ok'")
    assert {(protocol, day): users for protocol, day, users in ours} == theirs
    prices = dict(built.query("select date, price_usd from fct_token_prices_daily where token = 'GMX'"))
    columns = "date, token_return_7d, token_return_30d, token_drawdown_365d"
    for day, week, month, drawdown in built.query(f"select {columns} from mart_protocol_scorecard_daily where protocol = 'gmx'"):
        assert week == (prices[day] / prices[day - timedelta(days=7)] - 1 if day - timedelta(days=7) in prices else None)
        assert month is None
        assert drawdown == prices[day] / max(price for known, price in prices.items() if known <= day) - 1


def test_caps_are_closing_prices_times_supplies(built: House, truth: Truth) -> None:
    ours = built.frame("select * from fct_token_prices_daily where supply_source = 'coingecko' and market_cap_source = 'coingecko'")
    supplies = {asset.name: (asset.circulating_supply, asset.total_supply) for asset in truth.assets.values()}
    closes = {(row["token"], row["date"]): row["price_usd"] for row in truth.token_prices().to_dicts() if row["observed_at"].hour == 23}
    assert len(ours) == len(ours["token"].unique()) * DAYS > 5 * DAYS
    for row in ours.to_dicts():
        price, supply = closes[row["token"], row["date"]], (row["circulating_supply"], row["total_supply"])
        caps, due = (row["price_usd"], row["market_cap_usd"], row["fdv_usd"]), (price, price * supply[0], price * supply[1])
        assert (supply, caps) == (supplies[row["token"]], due)


def test_what_is_put_aside_in_a_week_is_the_share_of_that_week(built: House) -> None:
    """A quarter of whole weeks from Wednesday to Wednesday that began in the truth; 27% as typed on the other days."""
    where = "protocol = 'gmx_v2' and recipient = 'deferred'"
    rows = built.query(f"select date, policy_id, policy_share from fct_fee_allocations_daily where {where}")
    assert len(rows) == DAYS
    for day, policy_id, share in rows:
        began = day - timedelta(days=(day.weekday() - 2) % 7)
        is_measured = began >= FIRST and began + timedelta(days=6) <= LAST
        assert policy_id == (f"gmx_v2:measured:{began}" if is_measured else "gmx_v2:chosen:2026-02-24")
        assert share == pytest.approx(0.25 if is_measured else 0.27, rel=1e-12)


def test_the_questions_of_the_readme_are_answered_as_it_shows(built: House, repository: Path) -> None:
    """By the command that it names: the columns of the table below each question, and as many rows."""
    built.enter()
    shown = answers((repository / "README.md").read_text())
    assert len(shown) == 5
    for query, header, rows in shown:
        asked = CliRunner().invoke(app, ["sql", "--format", "json", query])
        assert asked.exit_code == 0, asked.output
        found = json.loads(asked.output)
        assert [list(row) for row in found] == [header] * rows, query


def test_a_number_is_traced_as_the_page_shows(built: House, repository: Path) -> None:
    """The query that its page begins with has the columns of the table below it."""
    page = (repository / "docs" / "tracing.md").read_text()
    [(query, table)] = re.findall(r'data/demo \S+perps sql "\n([^`]+?)"\n```\n\n```\n(┏.+?)```', page, re.DOTALL)
    found = built.frame(query)
    assert found.columns == [name.strip() for name in table.splitlines()[1].strip("┃").split("┃")]
    assert len(found) == len([line for line in table.splitlines() if line.startswith("│")])


def test_queries_on_pages_fit_the_tables(built: House, repository: Path) -> None:
    """Of every page of docs/: those in blocks of SQL, and those given to `perps sql` that read the published file."""
    found = {}
    for page in sorted((repository / "docs").glob("*.md")):
        asked = re.findall(r"```sql\n([^`]+)\n```|perps sql[^\"\n]* \"\n([^`]+?)\"\n```", page.read_text())
        found |= {page.name: [query for pair in asked for query in pair if query and "data/demo" not in query]}
    assert {name for name, queries in found.items() if queries} >= {"operations.md", "tracing.md"}
    settings = built.enter()
    for query in (query for queries in found.values() for query in queries):
        ask(published_file(settings), query.replace("'data/", f"'{settings.data_dir}/"))


def test_the_dictionary_has_the_types_of_the_warehouse(built: House) -> None:
    """What is bound without data is what stands in a warehouse that was built with some."""
    settings = built.enter()
    real: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        columns = "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = current_database()"
        for schema, table, column, kind in connection.execute(columns).fetchall():
            real.setdefault(f'"{schema}"."{table}"', {})[column] = kind.lower().replace("timestamp with time zone", "timestamptz")
    told = types(compiled.plan(settings))
    assert told == {relation: real.get(relation) for relation in told}


def test_a_parent_gives_what_its_parts_give(built: House, truth: Truth) -> None:
    """GMX: of V2's fees what is put aside is owed, of Solana's a quarter is the treasury's. Nothing is left over."""
    fees = {
        slug: truth.protocol_series().filter(slug=slug, metric="fees").sort("date")["value_usd"] for slug in ("gmx-v2-perps", "gmx-solana")
    }
    query = "select date, recipient, amount_usd, accrued_by from fct_fee_allocations_daily where protocol = 'gmx' order by date"
    amounts: dict[str, dict[int, float]] = {}
    for day, recipient, amount, accrued_by in built.query(query):
        assert accrued_by == "parts"
        amounts.setdefault(recipient, {})[(day - FIRST).days] = float(amount)
    assert sorted(amounts) == ["deferred", "lp", "treasury"]
    aside = dict(
        built.query("select date, policy_share from fct_fee_allocations_daily where protocol = 'gmx_v2' and recipient = 'deferred'")
    )
    for day in range(DAYS):
        v2, solana, owed = fees["gmx-v2-perps"][day], fees["gmx-solana"][day], aside[FIRST + timedelta(days=day)]
        due = {"deferred": owed * v2, "lp": 0.63 * v2 + 0.75 * solana, "treasury": (0.37 - owed) * v2 + 0.25 * solana}
        assert {name: amounts[name][day] for name in due} == pytest.approx(due, abs=5e-6)


def test_sums_count_nothing_twice(built: House, truth: Truth, repository: Path) -> None:
    """Of what is no part, against the simulated businesses; the shipped query has each in one row, and its column adds up."""
    series = truth.protocol_series().filter(pl.col("date") <= LAST)
    businesses = series.group_by("protocol", "metric", "date").agg(pl.col("value_usd").max())  # one may be told under two slugs
    for table in ("mart_protocol_scorecard_daily", "fct_tokenholder_fee_share_daily"):
        ((found, whole),) = built.query(
            f"select sum(fees_usd), list(distinct protocol) from {table} where not is_part and fees_usd is not null"
        )
        whole = {"jupiter" if protocol == "jupiter_all" else protocol for protocol in whole}  # which has its perpetuals alone here
        assert {"hyperliquid", "gmx", "jupiter", "dydx"} <= whole
        theirs = businesses.filter((pl.col("metric") == "fees") & pl.col("protocol").is_in(whole))
        assert found == pytest.approx(theirs["value_usd"].sum(), rel=1e-12)
    columns = "distinct protocol, market_cap_usd, holder_yield, price_to_fees"
    parts = built.query(f"select {columns} from mart_protocol_scorecard_daily where is_part and fees_usd is not null")
    assert {"gmx_solana", "gmx_v2"} <= {protocol for protocol, *_ in parts}
    assert {tuple(values) for _, *values in parts} == {(None, None, None)}
    shipped = built.frame((repository / "docs/queries/07_which_token_is_paid.sql").read_text())
    assert shipped["protocol"].is_unique().all()
    ((due,),) = built.query("select sum(holders_accrued_usd) from fct_tokenholder_fee_share_daily where not is_part")
    assert shipped["holders_accrued_usd"].sum() == pytest.approx(due, abs=len(shipped))
    paid = series.filter((pl.col("metric") == "holders_revenue") & (pl.col("value_usd") > 0) & pl.col("protocol").is_in(whole))
    assert set(paid["protocol"]) <= {"jupiter" if protocol == "jupiter_all" else protocol for protocol in shipped["protocol"]}


def test_everything_says_it_is_simulated(built: House) -> None:
    with built.open() as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where table_name <> 'publication'"
        ).fetchall()
        assert len(tables) >= 15
        for table, comment in tables:
            assert comment.startswith("SIMULATED DATA"), table
            assert connection.execute(f"select count(*) from {table} where not is_simulated").fetchall() == [(0,)]


def test_a_published_row_leads_to_its_payload(built: House) -> None:
    market, at, volume = built.query(
        "select symbol, epoch_ms(opened_at), volume_usd from fct_candles_hourly where source = 'hyperliquid' limit 1"
    )[0]
    raw = pl.read_parquet(built.folder / "raw/hyperliquid/candles/*/part.parquet", hive_partitioning=False)
    row = raw.filter((pl.col("coin") == market) & (pl.col("open_time") == at)).row(0, named=True)
    assert row["volume"] * row["close"] == pytest.approx(volume, rel=1e-12)
    landed = pl.read_parquet(built.folder / "landing/hyperliquid/*/*.parquet").filter(pl.col("sha256") == row["_payload_sha256"])
    assert len(landed) == 1
    assert str(at).encode() in landed["body"][0]


QUERIES = sorted((PROJECT_ROOT / "docs" / "queries").glob("*.sql"))


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_documented_queries_answer_with_the_columns_their_page_shows(built: House, file: Path) -> None:
    header, rows = ask(published_file(built.enter()), file.read_text())
    assert rows or file.stem == "06_did_warnings_help"  # these days are too few for a regime
    page = (file.parent / "README.md").read_text()
    assert file.read_text().partition("\n")[2].strip() in page
    assert f"| {' | '.join(header)} |" in page.split(file.name)[1]


def test_there_are_at_least_twelve_and_none_joins_more_than_one_table() -> None:
    assert len(QUERIES) >= 12
    assert [file.stem for file in QUERIES if len(re.findall(r"\bjoin\b", file.read_text())) > 1] == []


def test_metrics_are_the_figures_that_marts_have_for_the_same_rows(built: House) -> None:
    """The market's day from its venues and coins, and a protocol's day from itself."""
    whole = {"volume_usd": "volume_usd", "open_interest_usd": "open_interest_usd", "funding_apr": "funding_rate_apr"}
    compare_metrics(built, "venue_asset_days", "date", "mart_market_overview_daily", whole)
    shares = {"take_rate_bps": "take_rate_bps", "holders_share": "holders_accrued_share"}
    compare_metrics(built, "protocol_days", "protocol, date", "mart_protocol_scorecard_daily", shares)


def test_the_notebook_answers_its_ten_questions(built: House) -> None:
    pytest.importorskip("marimo", reason="the notebook's library is an extra: pip install .[notebook]")
    built.enter()
    from bi.ten_questions import app as notebook

    _, found = notebook.run()
    answers = {name: value for name, value in found.items() if isinstance(value, pl.DataFrame)}
    assert len(answers) == 10
    assert [name for name, frame in answers.items() if frame.is_empty()] == ["yields"]  # these days are too few for a yield


def test_pictures_are_drawn_from_what_is_published(built: House) -> None:
    settings = built.enter()
    outcome = execute("pictures")
    assert outcome.problems == []
    assert {path for path in outcome.metadata if path.startswith("pictures/")} == {
        "pictures/report", *(f"pictures/{name.replace('-', '_')}" for name in PICTURES),
    }  # fmt: skip
    assert "(data:image/png;base64,iVBOR" in str(outcome.metadata["pictures/volume"]["picture"])
    assert "SIMULATED MARKET" in (settings.data_dir / "pictures" / "regime-BTC.svg").read_text()
    page = (settings.report_dir / "asset.html").read_text()
    assert "Simulated data." in page
    shown = json.loads(page.split('id="data">')[1].split("</script>")[0])
    rows, newest = shown["blocks"]["today"]["rows"], shown["days"]["newest"]
    names = [rows["asset"]["words"][at] for at in rows["asset"]["at"]]
    volumes = dict(built.query(f"select asset, volume_usd from mart_asset_daily where date = '{newest}' and volume_usd > 0"))
    assert dict(zip(names, rows["volume_usd"], strict=True)) == pytest.approx(volumes, rel=1e-5)
    assert len(volumes) >= 3


@pytest.mark.parametrize("over", [over_stdio, over_http])
def test_an_agent_has_five_questions_answered(built: House, truth: Truth, over: Callable[[Session], None]) -> None:
    built.enter()
    over(five_questions(built, truth, LAST))


def test_frames_of_programs_have_the_types_that_the_page_tells(built: House, repository: Path) -> None:
    """Every published column, in polars; and the same rows as the file has."""
    page = (repository / "docs" / "agents.md").read_text()
    told = dict(re.findall(r"^\| `([A-Z][^`]+)` \| `([^`]+)` \|", page, re.MULTILINE))
    seen = set()
    with perps.connect(built.folder) as connection:
        names = "select schema_name, table_name from duckdb_columns() where database_name = 'perps' and schema_name <> 'old_names'"
        for schema, table in connection.execute(f"select distinct * from ({names}) as columns").fetchall():
            described = connection.execute(f'describe {schema}."{table}"').fetchall()
            kinds = connection.execute(f'select * from {schema}."{table}" limit 0').pl().dtypes
            seen |= {(re.sub(r"\d+,\d+", "p,s", column[1]), str(kind)) for column, kind in zip(described, kinds, strict=True)}
    shown = {kind: re.sub(r"(precision|scale|time_unit|time_zone)=", "", text) for kind, text in seen}
    assert {kind: re.sub(r"\d+, \d+", "p, s", text) for kind, text in shown.items()} == {kind: told[kind] for kind in shown}
    assert shown.keys() == told.keys()
    assert perps.frame("mart_asset_daily", built.folder).equals(built.frame("select * from mart_asset_daily"))


def test_alerts_and_their_record_are_those_of_a_loop_over_the_marts(built: House) -> None:
    compare_alerts(built)


def test_an_alert_knows_nothing_of_what_came_after(built: House) -> None:
    compare_with_what_was_known(built, LAST - timedelta(days=4))
