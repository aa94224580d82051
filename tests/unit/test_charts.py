"""Pictures show what the published tables hold: bars, lines and shares are compared with the rows they are drawn from."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import matplotlib.image
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from ingestion.errors import SettingsError
from orchestration.charts import PICTURES, Span, draw, newest_day, save, thumbnail
from orchestration.charts.venues import colours
from orchestration.cli import app

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 4)
DAY_0 = (FIRST - date(1970, 1, 1)).days
# date, close, regime, liquidations, coverage, longs, shorts, volatility, funding per 8 h; the third day is not there
DAYS = [
    (FIRST, 100.0, "calm", 3e6, "gate,okx", 1e6, 2e6, 0.5, 0.0001),
    (FIRST + timedelta(1), 90.0, "deleveraging", 9e6, "gate,okx", 6e6, 2e6, 0.9, -0.0002),
    (LAST, 95.0, None, None, None, None, None, 0.8, 0.0001),
]
VENUES = [(FIRST, "a", 60e9, 6e9), (FIRST, "b", 40e9, 2e9), (LAST, "a", 30e9, None), (LAST, "b", 10e9, 4e9)]

HOURS = """
    insert into marts.mart_asset_hourly
    select 'BTC', timestamptz '2025-09-02 00:00:00+00' + to_hours(cast(hour as integer)), 100, case hour when 5 then 80 else 99 end,
        100, case hour when 2 then null when 4 then -0.25 when 5 then -0.5 else 0 end, case hour when 5 then 9e6 end,
        case hour when 5 then 6e6 end, case hour when 5 then 2e6 end, 0.0001 / 8, 2, 3, 1, 2
    from range(8) as hours (hour)
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "published" / "perps.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema facts; create schema quality")
        connection.execute("create table quality.publication as select '20250905T000000' as version, true as is_simulated")
        connection.execute("""
            create table marts.mart_market_regime_daily (asset varchar, date date, regime varchar, liquidations_usd double,
                liquidations_coverage varchar, realised_volatility_7d double, funding_rate_8h double, funding_source varchar);
            create table marts.mart_asset_daily (asset varchar, date date, close double, long_liquidations_usd double,
                short_liquidations_usd double, venues integer, funding_rate_apr double, open_interest_usd double);
            create table marts.mart_venue_share_daily (date date, venue varchar, volume_usd double, open_interest_usd double);
            create table facts.dim_venues as select 'b' as venue, date '2014-01-01' as launched_on union all select 'a', date '2020-01-01';
            create table marts.mart_venue_asset_daily (venue varchar, asset varchar, date date, volume_status varchar,
                open_interest_status varchar);
            create table marts.mart_liquidation_cascades (asset varchar, started_at timestamptz, ended_at timestamptz, price_move double,
                open_interest_change double);
            create table marts.mart_asset_hourly (asset varchar, opened_at timestamptz, open double, low double, close double,
                open_interest_change_1h double, liquidations_usd double, long_liquidations_usd double, short_liquidations_usd double,
                funding_rate_1h double, open_interest_venues_reported integer, open_interest_venues_expected integer,
                liquidations_venues_reported integer, liquidations_venues_expected integer)
        """)
        for day, close, regime, forced, coverage, longs, shorts, volatility, funding in DAYS:
            values: list[Any] = ["BTC", day, regime, forced, coverage, volatility, funding, "venues"]
            connection.execute("insert into marts.mart_market_regime_daily values (?, ?, ?, ?, ?, ?, ?, ?)", values)
            values = ["BTC", day, close, longs, shorts, 2, funding * 1095, 1e9]
            connection.execute("insert into marts.mart_asset_daily values (?, ?, ?, ?, ?, ?, ?, ?)", values)
        connection.execute("insert into marts.mart_asset_daily values ('TINY', ?, 1, null, null, 1, 0.5, 1e3)", [LAST])
        connection.execute(HOURS)
        for day, venue, volume, interest in VENUES:
            connection.execute("insert into marts.mart_venue_share_daily values (?, ?, ?, ?)", [day, venue, volume, interest])
            told = "missing" if interest is None else "reported"
            connection.execute("insert into marts.mart_venue_asset_daily values (?, 'BTC', ?, 'reported', ?)", [venue, day, told])
            connection.execute("insert into marts.mart_venue_asset_daily values (?, 'ETH', ?, 'missing', ?)", [venue, day, told])
    return path


def texts(figure: Figure) -> str:
    return "\n".join(one.get_text() for one in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def line(panel: Any, number: int = 0) -> list[float | None]:
    return [None if y != y else y for y in panel.lines[number].get_ydata().tolist()]


def test_bars_are_liquidations_by_side_the_line_is_volatility_the_dashes_are_funding(published: Path) -> None:
    figure = draw("regime", published, Span.up_to(LAST, FIRST, "BTC"))
    price, forced, cost, volatility = figure.axes
    longs, shorts, untold, unknown = ([(bar.get_center()[0] - DAY_0, bar.get_height()) for bar in bars] for bars in forced.containers)
    assert longs == [(0, 1), (1, 6), (2, 0), (3, 0)]
    assert [height for _, height in shorts] == [2, 2, 0, 0]
    assert [height for _, height in untold] == [0, 1, 0, 0]
    assert unknown == [(2, 1), (3, 1)]  # hatched from bottom to top: no figure is no zero
    assert line(price) == [100, 90, None, 95]
    assert line(volatility) == [50, 90, None, 80]
    assert line(cost, 1) == [pytest.approx(0.01), pytest.approx(-0.02), None, pytest.approx(0.01)]
    assert cost.lines[1].is_dashed()


def test_units_coverage_regimes_and_simulation_are_written_on_it(published: Path) -> None:
    words = texts(draw("regime", published, Span.up_to(LAST, FIRST, "BTC")))
    for expected in (
        "M USD a day", "% a year", "% of notional per 8 h", "close, USD", "gate, okx only, not the whole market (2 of 4 days)", "SIMULATED",
        "deleveraging (1 d)", "calm (1 d)", "too little history (2 d)", "2025-09-01 to 2025-09-04", "20250905T000000",
    ):  # fmt: skip
        assert expected in words


def test_shares_are_of_those_that_reported_that_day(published: Path) -> None:
    figure = draw("volume", published, Span.up_to(LAST, FIRST))
    level, share = figure.axes
    tops = [max(path.vertices[path.vertices[:, 0] == DAY_0][:, 1]) for path in _areas(share)]
    assert tops == pytest.approx([60, 100])
    assert [max(area.vertices[:, 1]) for area in _areas(level)] == pytest.approx([60, 100])
    assert "a  75.0 %" in texts(figure)
    held = draw("open-interest", published, Span.up_to(LAST, FIRST))
    assert "b  100.0 %" in texts(held)  # venue a did not report on the last day
    assert "1 to 2 venues a day" in texts(held)


def test_what_is_missing_is_a_gap_or_hatched_and_said_in_words(published: Path) -> None:
    """Two days nobody gave; on the last one a is missing from open interest, and from volume nobody is."""
    traded, held = (draw(name, published, Span.up_to(LAST, FIRST)) for name in ("volume", "open-interest"))
    for figure, hatched in ((traded, [1, 2]), (held, [1, 2, 3])):
        for panel in figure.axes:
            assert [bar.get_center()[0] - DAY_0 for bar in panel.patches] == hatched
            assert {bar.get_hatch() for bar in panel.patches} == {"////"}
            for area in panel.collections:
                places = {x - DAY_0 for path in area.get_paths() for x in path.vertices[:, 0]}
                assert not {x for x in places if 0.5 < x < 2.5}, "nothing is drawn where nothing is known"
    assert "2 of 4 days are not known at all" in texts(traded)
    assert "Nobody who gives it was missing" in texts(traded)
    assert "1 of 4 days on which a venue is missing, and the sum too small for it: a (1 d)" in texts(held)


def test_a_venue_that_joins_is_marked_and_named(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("insert into marts.mart_venue_share_daily values (?, 'late', 1e9, 1e9)", [LAST])
        connection.execute("insert into facts.dim_venues values ('late', null)")
    figure = draw("volume", published, Span.up_to(LAST, FIRST))
    assert [[one.get_xdata()[0] - DAY_0 for one in panel.lines] for panel in figure.axes] == [[2.5], [2.5]]
    assert "the sum is larger from there on: late on 2025-09-04" in texts(figure)


def test_a_venue_has_one_colour_in_all_pictures(published: Path) -> None:
    """By age, b first, though a trades more and is drawn first there."""
    order = {"volume": ["a", "b"], "open-interest": ["a", "b"]}
    found = {}
    for name, venues in order.items():
        panel = draw(name, published, Span.up_to(LAST, FIRST)).axes[0]
        found[name] = {venue: area.get_facecolor().tolist() for venue, area in zip(venues, panel.collections, strict=True)}
    assert found["volume"] == found["open-interest"]
    with duckdb.connect() as connection:
        connection.execute(
            "create table dim_venues as select 'v' || i as venue, date '2020-01-01' + i::integer as launched_on from range(40) t(i)"
        )
        several = colours(connection)
        assert len(set(several.values())) == 41


def _areas(panel: Any) -> list[Any]:
    return [area.get_paths()[0] for area in panel.collections]


def test_the_heat_map_has_a_row_for_each_asset_by_size_and_blanks_for_unknown_days(published: Path) -> None:
    panel = draw("funding", published, Span.up_to(LAST, FIRST)).axes[0]
    assert [label.get_text() for label in panel.get_yticklabels()] == ["BTC", "TINY"]
    cells = panel.images[0].get_array()
    assert cells.tolist() == [[pytest.approx(10.95), pytest.approx(-21.9), None, pytest.approx(10.95)], [None, None, None, 50.0]]


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_picture_is_written_in_every_format_and_the_same_again(published: Path, tmp_path: Path, name: str) -> None:
    span = Span.up_to(LAST, FIRST, "BTC")
    heads = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    for ending, head in heads.items():
        one, two = (save(draw(name, published, span), tmp_path / f"{copy}{ending}").read_bytes() for copy in "ab")
        assert one.startswith(head)
        assert one == two


def test_a_cascade_by_the_hour(published: Path) -> None:
    """Eight hours of the second day: at 04 and 05 the price falls, and a quarter and a half of what was open goes."""
    span = Span.up_to(LAST, FIRST, "BTC")
    without = draw("cascade", published, span)
    assert "no cascade in these days: the hour that fell most" in texts(without)
    assert "shaded: 02 Sep 05:00 to 02 Sep 06:00 UTC" in texts(without)
    with duckdb.connect(str(published)) as connection:
        connection.execute("""
            insert into marts.mart_liquidation_cascades values
            ('BTC', '2025-09-02 04:00:00+00', '2025-09-02 05:00:00+00', -0.2, -0.625),
            ('BTC', '2025-09-01 04:00:00+00', '2025-09-01 05:00:00+00', -0.1, null)
        """)
    figure = draw("cascade", published, span)
    words = texts(figure)
    assert "price -20.0%, open interest -62.5%" in words
    assert "shaded: 02 Sep 04:00 to 02 Sep 06:00 UTC" in words
    assert "Open interest: 2 of 3 venues an hour" in words
    assert "Liquidations: of 1 of 2 venues that tell hours" in words
    _, open_interest, forced, cost = figure.axes
    assert line(open_interest) == pytest.approx([100, 100, None, 100, 75, 37.5, 37.5, 37.5])
    assert [bar.get_height() for bar in forced.patches if getattr(bar, "get_height", lambda: 0)()][-3:] == pytest.approx([6, 2, 1])
    assert line(cost, 1) == pytest.approx([1.0] * 8)


def test_a_thumbnail_is_the_saved_picture_smaller(published: Path, tmp_path: Path) -> None:
    picture = save(draw("regime", published, Span.up_to(LAST, FIRST, "BTC")), tmp_path / "regime.png")
    small, drawn = (matplotlib.image.imread(source)[..., :3] for source in (io.BytesIO(thumbnail(picture)), picture))
    assert small.shape == (640, 960, 3)
    assert len(thumbnail(picture)) < picture.stat().st_size
    means = [image.reshape(16, image.shape[0] // 16, 12, image.shape[1] // 12, 3).mean(axis=(1, 3)) for image in (small, drawn)]
    assert abs(means[0] - means[1]).max() < 0.02


def test_a_second_format_keeps_the_places_of_the_first(published: Path, tmp_path: Path) -> None:
    figure = draw("volume", published, Span.up_to(LAST, FIRST))
    save(figure, tmp_path / "volume.png")
    before = [panel.get_position().bounds for panel in figure.axes]
    save(figure, tmp_path / "volume.svg")
    assert [panel.get_position().bounds for panel in figure.axes] == before


def test_what_cannot_be_drawn_says_why(published: Path, tmp_path: Path) -> None:
    assert newest_day(published) == LAST
    with pytest.raises(SettingsError, match="no row of asset DOGE from 2025-09-01 to 2025-09-04"):
        draw("regime", published, Span.up_to(LAST, FIRST, "DOGE"))
    with pytest.raises(SettingsError, match="no picture 'pie'; there are: regime, volume, open-interest, funding, cascade"):
        draw("pie", published, Span.up_to(LAST))
    with pytest.raises(SettingsError, match="nothing published yet"):
        draw("volume", tmp_path / "none.duckdb", Span.up_to(LAST))
    with pytest.raises(SettingsError, match=r"a picture ends in \.png, \.svg, \.pdf"):
        save(draw("volume", published, Span.up_to(LAST, FIRST)), tmp_path / "picture.gif")


def test_the_command_writes_a_file_of_ninety_days_by_default(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERPS_DATA_DIR", str(published.parent.parent))
    out = tmp_path / "f.png"
    command = ["chart", "regime", "--asset", "BTC", "--to", "2025-09-04", "--out", str(out)]
    asked = CliRunner().invoke(app, command)
    assert (asked.exit_code, out.exists(), "--yes" in asked.output) == (2, False, True)  # elsewhere, and nobody there to ask
    done = CliRunner().invoke(app, [*command, "--yes"])
    assert (done.exit_code, out.exists()) == (0, True)
    assert "2025-06-07 to 2025-09-04" in done.output
    wrong = CliRunner().invoke(app, ["chart", "regime", "--to", "2025-13-04"])
    assert (wrong.exit_code, "YYYY-MM-DD" in wrong.output) == (2, True)
