"""The report's pages hold what the published file says, and nothing of a name in it becomes markup, script or another figure."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from contracts import contracts, publish_by_hand
from typer.testing import CliRunner

from ingestion.errors import SettingsError
from orchestration.cli import app
from orchestration.published import ask
from orchestration.report import write_report
from orchestration.report.colours import colours
from orchestration.report.page import UNITS, Chart, Table, Tiles
from orchestration.report.pages import PAGES
from orchestration.report.rows import Days, Rows, as_json

HOSTILE = "</script><img src=x onerror=\"alert('x')\">\u2028'; \u202egnp"
NEWEST = date(2025, 11, 29)
# The newest year begins on 2024-11-30; before it are a Sunday and a Saturday.
OVERVIEW = """
    select * from (values
        (date '2024-11-23', 2.0), (date '2024-11-24', 1.0), (date '2024-11-30', 3.0), (date '2025-11-27', 123456789.123),
        (date '2025-11-29', null)
    ) as days (date, volume_usd)"""


class Tags(HTMLParser):
    """What a browser would make of a page: its tags and their attributes, and the text of each script and link."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script" and data.strip():
            self.scripts.append(data)


def written(folder: Path, tables: dict[str, str], **how: Any) -> Path:
    """The folder of a report over these rows; the bundle is another's work, and its cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.report.bundle.script", lambda kept: "/* vega */")
        write_report(publish_by_hand(folder / "perps.duckdb", tables, **how), folder / "report")
    return folder / "report"


def data_of(page: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Tags(page.read_text()).scripts[0])
    return found


def unpacked(column: Any) -> list[Any]:
    return [None if at is None else column["words"][at] for at in column["at"]] if isinstance(column, dict) else column


def test_a_chart_holds_the_figures_of_its_query_and_thins_what_is_old(tmp_path: Path) -> None:
    rows = data_of(written(tmp_path, {"mart_market_overview_daily": OVERVIEW}) / "index.html")["blocks"]["volume"]["rows"]
    assert unpacked(rows["date"]) == ["2024-11-24", "2024-11-30", "2025-11-27", "2025-11-29"]
    assert rows["volume_usd"] == [1, 3, 123457000, None]  # six digits; what is not known is not zero


def test_the_query_that_a_page_shows_gives_what_it_holds(tmp_path: Path) -> None:
    folder = written(tmp_path, {"mart_market_overview_daily": OVERVIEW})
    shown = re.findall(r"<article[^>]* data-block=\"volume\">.*?<code>(.*?)</code>", (folder / "index.html").read_text(), re.DOTALL)
    _, rows = ask(tmp_path / "perps.duckdb", shown[0].replace("&gt;", ">").replace("&#x27;", "'"))
    assert [row[1] for row in rows] == [1, 3, 123456789.123, None]


def test_a_month_of_a_protocol_is_of_the_days_that_are_known(tmp_path: Path) -> None:
    """A rate of 120 bps on 3,000 USD and of 40 on 1,000 is 100; the day without fees has none. Of 40 with a known accrual, 25 are due to
    holders; its sources say from 27.5 % up. A part has no row."""
    days = """
        select * from (values
            ('p', date '2025-11-29', 3000.0, 120.0, 30.0, 20.0, 0.2, 0.1, false),
            ('p', date '2025-11-28', 1000.0, 40.0, 10.0, 5.0, 0.5, 0.2, false),
            ('p', date '2025-11-27', 500.0, null, null, null, null, 0.3, false),
            ('p', date '2025-11-26', null, null, 7.0, null, null, null, false),
            ('p', date '2025-10-30', 9e9, 1.0, 9e9, 9e9, 1.0, null, false),
            ('p_v2', date '2025-11-29', 3000.0, 120.0, 30.0, 20.0, 0.2, null, true)
        ) as days (protocol, date, volume_usd, take_rate_bps, fees_usd, holders_accrued_usd, holders_accrued_share_low, holder_yield,
            is_part)"""
    folder = written(tmp_path, {"mart_market_overview_daily": OVERVIEW, "mart_protocol_scorecard_daily": days})
    rows = data_of(folder / "tokens.html")["blocks"]["card"]["rows"]
    expected = {
        "fees_usd": [47], "volume_usd": [1500], "take_rate_bps": [100], "accrued_share": [0.625], "accrued_low": [0.275],
        "holder_yield": [0.1], "days": [3],
    }  # fmt: skip
    assert {name: rows[name] for name in expected} == expected


def test_what_was_held_back_is_said_with_its_reasons(tmp_path: Path) -> None:
    reasons = json.dumps([{"expectation": "no_jump", "severity": "critical"}, {"expectation": HOSTILE, "severity": "warning"}])
    verdicts = f"""
        select 'fct_volume_daily' as fact, 'okx' as venue_or_protocol, date '2025-11-28' as date, false as is_passed,
            '{reasons.replace("'", "''")}' as failed_expectations, 9 as row_count
        union all select 'fct_volume_daily', 'htx', date '2025-11-28', true, '[]', 3"""
    folder = written(tmp_path, {"mart_market_overview_daily": OVERVIEW, "gate_results": verdicts})
    blocks = data_of(folder / "quality.html")["blocks"]
    assert unpacked(blocks["held"]["rows"]["reasons"]) == [f"no_jump, {HOSTILE}"]
    assert (blocks["sums"]["rows"]["judged"], blocks["sums"]["rows"]["held_back"]) == ([2], [1])
    assert "1 days of a fact and venue held back" in (folder / "index.html").read_text()


def test_the_tiles_of_quality_count_what_is_late_apart_and_changed(tmp_path: Path) -> None:
    """A source is late by any of its entities; 30 days back from 2025-11-29 begin on 2025-10-31; what has no tolerance is not apart."""
    fresh = """
        select * from (values ('a', 'x', 'ok'), ('a', 'y', 'stale'), ('b', 'x', 'ok'), ('b', 'y', 'not_configured'), ('c', 'x', 'failed'),
            ('d', 'x', 'ok'), ('e', 'x', 'closed')) as ages (source, entity, status)"""
    compared = """
        select * from (values (date '2025-11-29', true, null), (date '2025-11-28', false, null), (date '2025-11-28', false, 'known'),
            (date '2025-11-27', null, null), (date '2025-10-31', false, null), (date '2025-10-30', false, null)
        ) as days (date, is_within_tolerance, known_reason)"""
    changed = "select 'fct_volume_daily' as fact, range as key from range(3)"
    tables = {"mart_market_overview_daily": OVERVIEW, "mart_freshness": fresh, "mart_reconciliation_daily": compared}
    sums = data_of(written(tmp_path, tables | {"fct_restatements": changed}) / "quality.html")["blocks"]["sums"]["rows"]
    expected = {"late": [2], "fresh": [2], "compared": [5], "unexplained": [2], "restated": [3]}
    assert {name: sums[name] for name in expected} == expected


def test_a_hostile_name_is_data_and_no_markup(tmp_path: Path) -> None:
    name = HOSTILE.replace("'", "''")
    tables = {
        "mart_market_overview_daily": OVERVIEW,
        "mart_venue_share_daily": f"select '{name}' as venue, date '2025-11-29' as date, '{name}' as kind, 1.0 as volume_usd",
        "mart_asset_daily": f"select '{name}' as asset, date '2025-11-29' as date, 1.0 as close, 1.0 as open_interest_usd",
        "mart_freshness": f"select '{name}' as source, 'x' as entity, 'failed' as status, '{name}' as last_error",
    }
    hostile, harmless = written(tmp_path / "a", tables), written(tmp_path / "b", {"mart_market_overview_daily": OVERVIEW})
    for page in hostile.glob("*.html"):
        found, plain = Tags(page.read_text()), Tags((harmless / page.name).read_text())
        assert (found.tags, found.attributes, found.addresses) == (plain.tags, plain.attributes, plain.addresses)
        assert not {"onerror", "onclick", "style"} & found.attributes
    assert HOSTILE in data_of(hostile / "index.html")["blocks"]["venues"]["rows"]["venue"]["words"]
    assert data_of(hostile / "asset.html")["choices"][0]["names"] == [HOSTILE]


def test_json_in_a_page_ends_no_script() -> None:
    text = as_json({"name": HOSTILE, "comment": "<!--"})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"name": HOSTILE, "comment": "<!--"}


def test_words_are_numbers_of_a_list_and_no_figure_is_none() -> None:
    rows = Rows(
        ["name", "figure", "flag", "day"],
        [("b", 0.1 + 0.2, True, NEWEST), (None, float("nan"), None, None), ("b", float("inf"), False, NEWEST)],
    )
    assert rows.packed() == {
        "name": {"words": ["b"], "at": [0, None, 0]}, "figure": [0.3, None, None], "flag": [True, None, False],
        "day": {"words": ["2025-11-29"], "at": [0, None, 0]},
    }  # fmt: skip


def test_equal_publications_give_equal_bytes_and_an_open_page_keeps_its_files(tmp_path: Path) -> None:
    first = written(tmp_path / "a", {"mart_market_overview_daily": OVERVIEW})
    second = written(tmp_path / "b", {"mart_market_overview_daily": OVERVIEW})
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {path.name: path.read_bytes() for path in second.iterdir()}
    before = {path.name: path.stat().st_mtime_ns for path in first.iterdir()}
    (first / "report-0000000000.js").write_text("of an older version")
    (first / "mine.css").write_text("of the reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.report.bundle.script", lambda kept: "/* vega */")
        write_report(tmp_path / "a" / "perps.duckdb", first)
    assert {path.name: path.stat().st_mtime_ns for path in first.iterdir() if path.name != "mine.css"} == before
    assert (first / "mine.css").is_file()


def test_a_folder_with_pages_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "venue.html").write_text("<p>a page of mine</p>")
    with pytest.raises(SettingsError, match="no page of a report"):
        written(tmp_path, {"mart_market_overview_daily": OVERVIEW})
    assert [path.name for path in (tmp_path / "report").iterdir()] == ["venue.html"]


@pytest.mark.parametrize("is_simulated", [True, False])
def test_simulated_data_say_so_on_every_page(is_simulated: bool, tmp_path: Path) -> None:
    pages = list(written(tmp_path, {"mart_market_overview_daily": OVERVIEW}, is_simulated=is_simulated).glob("*.html"))
    assert len(pages) == len(PAGES)
    assert {"Simulated data." in page.read_text() for page in pages} == {is_simulated}
    assert all("published version 000007 · made 2025-11-30 01:02 UTC" in page.read_text() for page in pages)


def test_a_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    folder = written(tmp_path, {"mart_market_overview_daily": OVERVIEW})
    here = {path.name for path in folder.iterdir()}
    for page in folder.glob("*.html"):
        addresses = {address.partition("#")[0] for address in Tags(page.read_text()).addresses}
        assert addresses - here == {"", "data:,"}
        assert "default-src 'none'" in page.read_text()
        assert "unsafe" not in page.read_text()


def test_definitions_are_those_of_the_published_file(tmp_path: Path) -> None:
    page = (written(tmp_path, {"mart_market_overview_daily": OVERVIEW}) / "index.html").read_text()
    assert "<dt>mart_market_overview_daily.volume_usd</dt><dd>Volume of all venues, one side, USD.</dd>" in page


def test_every_figure_of_a_page_is_defined_by_a_contract() -> None:
    known = {f"{table}.{column}" for table, columns in contracts().items() for column in columns}
    named = {name for page in PAGES for block in page.blocks for name in block.defines}
    assert {name for name in named - known if not name.startswith("gate_results.")} == set()
    assert [block.name for page in PAGES for block in page.blocks if not block.defines] == []


def test_pages_are_declared_in_words_that_scripts_know() -> None:
    for page in PAGES:
        names = [block.name for block in page.blocks]
        assert len(set(names)) == len(names)
        for block in page.blocks:
            columns = (
                block.columns
                if isinstance(block, Tiles | Table)
                else [*block.drawing.columns, *block.drawing.told]
                if isinstance(block, Chart)
                else []
            )
            assert columns
            assert {column.unit for column in columns} <= set(UNITS)


def test_without_a_day_nothing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nothing to report"):
        written(tmp_path / "empty", {})
    with pytest.raises(SettingsError, match="nothing published yet"):
        write_report(tmp_path / "none.duckdb", tmp_path / "report")


def test_a_page_ends_on_the_newest_day_of_its_own_tables(tmp_path: Path) -> None:
    """Protocols may be a day ahead of venues, or be all that there is."""
    card = "select 'p' as protocol, date '2025-11-30' as date, 5.0 as fees_usd, false as is_part"
    both = written(tmp_path / "a", {"mart_market_overview_daily": OVERVIEW, "mart_protocol_scorecard_daily": card})
    alone = written(tmp_path / "b", {"mart_protocol_scorecard_daily": card})
    newest = {page: data_of(both / f"{page}.html")["days"]["newest"] for page in ("index", "tokens")}
    assert newest == {"index": "2025-11-29", "tokens": "2025-11-30"}
    assert data_of(both / "index.html")["blocks"]["today"]["rows"]["date"] == {"words": ["2025-11-29"], "at": [0]}
    assert data_of(alone / "tokens.html")["blocks"]["card"]["rows"]["fees_usd"] == [5]
    assert data_of(alone / "index.html")["blocks"]["today"]["rows"]["date"] == []


def test_an_unfitting_file_is_told_with_the_query_that_it_cannot_answer(tmp_path: Path) -> None:
    import duckdb

    path = publish_by_hand(tmp_path / "perps.duckdb", {"mart_market_overview_daily": OVERVIEW})
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table marts.mart_leverage_daily")
    with pytest.raises(SettingsError, match=r"report, asset/leverage: .*mart_leverage_daily"):
        write_report(path, tmp_path / "report")


def test_long_histories_keep_every_day_of_a_year() -> None:
    assert Days(NEWEST).dense_from == date(2024, 11, 30)
    assert (
        Days(NEWEST).fill("\n            select {newest},\n                {recent}")
        == "select date '2025-11-29',\n    date > date '2025-10-30'"
    )


def test_colours_stand_out_from_their_ground_and_are_told_apart() -> None:
    found = colours([*(f"name {number}" for number in range(30)), "others"])
    for light, dark in found.values():
        assert contrast(light, "#ffffff") >= 3
        assert contrast(dark, "#161b23") >= 3
    assert len({light for light, _ in found.values()}) == len({dark for _, dark in found.values()}) == 31


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: relative luminances, the lighter over the darker."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_command_says_where_the_pages_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERPS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("orchestration.report.bundle.script", lambda kept: "/* vega */")
    nothing = CliRunner().invoke(app, ["report"])
    assert (nothing.exit_code, "nothing published yet" in nothing.output) == (2, True)
    publish_by_hand(tmp_path / "data" / "published" / "perps.duckdb", {"mart_market_overview_daily": OVERVIEW})
    done = CliRunner().invoke(app, ["report"])
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "data" / "report" / "index.html") in done.output
    assert (tmp_path / "data" / "report" / "quality.html").is_file()
    elsewhere = CliRunner().invoke(app, ["report", "--out", str(tmp_path / "pages")])
    assert (elsewhere.exit_code, (tmp_path / "pages" / "index.html").is_file()) == (0, True)
