"""DefiLlama: what is asked of which host, and how "not reported", "not available" and "failed" stay three things."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.store import raw
from ingestion.store.buffer import Buffer
from ingestion.venue.registry import all_sources

DEFILLAMA = all_sources()["defillama"]
AFTER = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
WINDOW = Window(date(2026, 3, 8), date(2026, 3, 9))
LISTED = [
    {"slug": slug, "name": slug, "category": "Derivatives", "parentProtocol": "parent#gmx", "tvl": 5.0} for slug in ("dydx", "gmx-v2-perps")
]
CHART = {"totalDataChart": [[1772755200, 5], [1772928000, 7]], "protocolType": "protocol"}
EMPTY = {"totalDataChart": [], "totalDataChartBreakdown": [], "total24h": None}


@pytest.fixture
def settings(make_settings: Any, tmp_path: Path) -> Any:
    seed, assets = tmp_path / "protocols.csv", tmp_path / "assets.csv"
    seed.write_text("protocol,defillama_slug,coingecko_id\ngmx,gmx,gmx\ndydx,dydx,dydx-chain\nnoname,,\n")
    assets.write_text("asset,coingecko_id\nDYDX,dydx-chain\n")
    return make_settings(protocols_file=seed, assets_file=assets, attempts=1)


def llama(**paths: Any) -> Any:
    """Answers by the start of the path; the rest is well-formed and empty."""

    def answer(request: httpx.Request) -> Any:
        path = request.url.path
        for start, reply in paths.items():
            if path.startswith("/" + start.replace("__", "/")):
                return reply(request) if callable(reply) else reply
        if path.startswith("/summary"):
            return EMPTY
        if path.startswith("/chart"):
            return {"coins": {coin: {"symbol": "X", "prices": []} for coin in path.removeprefix("/chart/").split(",")}}
        return LISTED if path == "/protocols" else {"coins": {}, "protocols": [], "tvl": []}

    return answer


def run(settings: Any, line: Any, window: Window | None = WINDOW, at: datetime | None = None) -> SourceResult:
    clock = {"clock": lambda: at} if at else {}
    (result,) = ingest(settings, [DEFILLAMA], window, transports={"defillama": line.transport}, **clock)
    return result


def nightly(settings: Any, line: Any, day: int) -> SourceResult:
    """The run half an hour after a day of March, which catches up what was missed."""
    at, window = datetime(2026, 3, day + 1, 0, 30, tzinfo=UTC), Window(date(2026, 3, day), date(2026, 3, day))
    (result,) = ingest(settings, [DEFILLAMA], window, transports={"defillama": line.transport}, clock=lambda: at, catch_up=True)
    return result


FEES = ("dailyFees", "dailyRevenue", "dailyHoldersRevenue", "dailySupplySideRevenue", "dailyProtocolRevenue")
SERIES = [
    *(("fees", kind) for kind in FEES),
    ("dexs", "dailyVolume"),
    ("derivatives", "dailyVolume"),
    ("open-interest", "openInterestAtEnd"),
]
FULL = {"excludeTotalDataChart": "true", "excludeTotalDataChartBreakdown": "false"}
PAID = httpx.Response(402, text="Upgrade to the paid API plan at https://defillama.com/subscription")


def of(line: Any, start: str) -> list[tuple[str, str | None]]:
    """Path below the start and data type of the requests of a kind, in their order."""
    asked = [request for request in line.asked if request.url.path.startswith(f"/{start}/")]
    return [(request.url.path.removeprefix(f"/{start}/"), request.url.params.get("dataType")) for request in asked]


def test_every_series_is_one_request_for_all_protocols(settings: Any, wire: Any) -> None:
    """gmx is no row of the list, but the parent of one: it is known, and its parts have its figures."""
    line = wire(llama())
    assert run(settings, line).problem is None
    assert (of(line, "overview"), of(line, "summary")) == (SERIES, [])
    assert {tuple(request.url.params.items()) for request in line.asked if request.url.path.startswith("/overview")} == {
        (("dataType", data_type), *FULL.items()) for _, data_type in SERIES
    }
    paths = [request.url.path for request in line.asked if request.url.host == "api.llama.fi"]
    assert sorted(path for path in paths if path.startswith("/protocol")) == ["/protocol/dydx", "/protocol/gmx", "/protocols"]


def test_what_was_held_in_the_past_is_asked_for_once_and_in_backfills(settings: Any, wire: Any) -> None:
    tvl = tvl_until(9)
    lines = [wire(llama(protocol__=tvl)) for _ in range(3)]
    run(settings, lines[0], at=AFTER)
    run(settings, lines[1], at=AFTER)
    run(settings, lines[2], Window(date(2026, 3, 1), date(2026, 3, 9)), AFTER)
    assert [len(of(line, "protocol")) for line in lines] == [2, 0, 2]


def test_a_past_that_a_first_load_did_not_reach_is_asked_for_by_the_next_run(settings: Any, wire: Any) -> None:
    tvl = tvl_until(9)
    cut, after, third = wire(llama(protocol__dydx=tvl, protocol__gmx=httpx.Response(503))), wire(llama(protocol__=tvl)), wire(llama())
    for line in (cut, after, third):
        run(settings, line, at=AFTER)
    assert [slug for slug, _ in of(after, "protocol")] == ["gmx"]
    assert of(third, "protocol") == []


def test_a_past_of_which_a_killed_run_wrote_only_the_first_months_is_asked_for_again(
    settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """February and March: the run is killed between the two."""
    february = {"date": 1770940800, "totalLiquidityUSD": 5}
    past = {"tvl": [february, *tvl_until(9)["tvl"]]}
    write = raw.write_parquet

    def killed(frame: Any, target: Path) -> None:
        if target.parts[-3:-1] == ("tvl", "month=2026-03"):
            raise KeyboardInterrupt
        write(frame, target)

    monkeypatch.setattr(raw, "write_parquet", killed)
    with pytest.raises(KeyboardInterrupt):
        run(settings, wire(llama(protocol__=past)), at=AFTER)
    monkeypatch.setattr(raw, "write_parquet", write)
    lines = [wire(llama(protocol__=past)) for _ in range(2)]
    for line in lines:
        run(settings, line, at=AFTER)
    assert [len(of(line, "protocol")) for line in lines] == [2, 0]


def test_what_holds_nothing_has_no_past_to_ask_for(settings: Any, wire: Any) -> None:
    line = wire(llama(protocols=[row | {"tvl": None} for row in LISTED]))
    run(settings, line, at=AFTER)
    assert of(line, "protocol") == []


def test_a_day_costs_few_requests_however_many_protocols_there_are(settings: Any, wire: Any) -> None:
    slugs = [f"perp-{number}" for number in range(300)]
    settings.protocols_file.write_text("protocol,defillama_slug,coingecko_id\n" + "".join(f"{slug},{slug},\n" for slug in slugs))
    listed = [{"slug": slug, "name": slug, "category": "Derivatives"} for slug in slugs]
    tvl = tvl_until(9)
    run(settings, wire(llama(protocols=listed, protocol__=tvl)), at=AFTER)
    line = wire(llama(protocols=listed, protocol__=tvl))
    assert run(settings, line, at=AFTER).problem is None
    assert len(line.asked) <= 20


def test_prices_come_from_the_coins_host_just_before_each_midnight(settings: Any, wire: Any) -> None:
    line = wire(llama())
    run(settings, line)
    (asked,) = [request for request in line.asked if request.url.host == "coins.llama.fi"]
    assert asked.url.path == "/chart/coingecko:dydx-chain,coingecko:gmx"
    start = int(datetime(2026, 3, 8, 23, 55, tzinfo=UTC).timestamp())
    assert dict(asked.url.params) == {"start": str(start), "span": "2", "period": "1d", "searchWidth": "4h"}


def priced(request: httpx.Request) -> Any:
    """A price a day of the span that is asked for."""
    start, span = int(request.url.params["start"]), int(request.url.params["span"])
    prices = [{"timestamp": start + 86400 * day, "price": 1.0} for day in range(span)]
    return {"coins": {coin: {"symbol": "X", "prices": prices} for coin in request.url.path.removeprefix("/chart/").split(",")}}


def tvl_until(day: int) -> Any:
    """A history at each midnight of March up to a day."""
    first = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    return {"tvl": [{"date": first + 86400 * n, "totalLiquidityUSD": 5} for n in range(day)]}


def test_what_an_outage_missed_is_caught_up(settings: Any, wire: Any) -> None:
    """Off from the 11th to the 14th, but for a snapshot of protocols on the 14th: prices of four days, and what was held on three."""
    spans: list[list[str]] = []
    held: list[list[str]] = []
    for day in (8, 9, 14, 15):
        line = wire(llama(chart=priced, protocol__=tvl_until(day + 1)))
        nightly(settings, line, day)
        charts = [request.url.params for request in line.asked if request.url.path.startswith("/chart")]
        spans += [[f"{datetime.fromtimestamp(int(one['start']), UTC):%d}", one["span"]] for one in charts]
        held.append([slug for slug, _ in of(line, "protocol")])
        if day == 9:
            (snapshot,) = ingest(settings, [DEFILLAMA], None, transports={"defillama": wire(llama()).transport},
                                 clock=lambda: datetime(2026, 3, 14, 12, tzinfo=UTC))  # fmt: skip
            assert snapshot.problem is None
    assert spans == [["08", "1"], ["09", "1"], ["10", "5"], ["15", "1"]]
    assert held == [["dydx", "gmx"], [], ["dydx", "gmx"], []]


def test_many_coins_are_asked_in_chunks(settings: Any, wire: Any) -> None:
    settings.protocols_file.write_text("defillama_slug,coingecko_id\n" + "".join(f",coin-{n:03}\n" for n in range(44)))
    line = wire(llama())
    run(settings, line)
    coins = [request.url.path.removeprefix("/chart/").split(",") for request in line.asked if request.url.path.startswith("/chart")]
    assert sorted(len(one) for one in coins) == [5, 20, 20]
    assert sorted(coin for one in coins for coin in one) == [*(f"coingecko:coin-{n:03}" for n in range(44)), "coingecko:dydx-chain"]


def test_a_snapshot_is_the_list_of_protocols_alone(settings: Any, wire: Any) -> None:
    line = wire(llama())
    assert run(settings, line, None).status == "ok"
    assert [request.url.path for request in line.asked] == ["/protocols"]


def overviews(**replies: Any) -> Any:
    """By form: `full` or `lite` of an overview; the rest as above."""

    def answer(request: httpx.Request) -> Any:
        reply = replies["lite" if request.url.params["excludeTotalDataChartBreakdown"] == "true" else "full"]
        return reply(request) if callable(reply) else reply

    return {"overview": answer}


PERPS = [{"name": "GMX V2 Perps", "slug": "gmx-v2-perps", "category": "Derivatives", "parentProtocol": "parent#gmx", "total24h": 7.5}]
LENDER = {"name": "Lender", "slug": "lender", "category": "Lending", "total24h": 99}
QUIET = {"name": "Quiet Perps", "slug": "quiet-perps", "category": "Derivatives", "total24h": None}


def test_where_the_full_form_is_paid_for_the_lite_one_has_yesterday(settings: Any, wire: Any, held: Any) -> None:
    """As a row for the day before the fetch, of perpetuals alone; null is not reported. Older days are asked for by slug."""
    line = wire(llama(**overviews(full=PAID, lite={"protocols": [*PERPS, LENDER, QUIET]}), summary__fees__gmx=CHART))
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    result = run(settings, line, Window(yesterday, yesterday))
    assert (result.status, result.problem) == ("ok", None)
    assert len(result.limitations) == len(SERIES)
    said = f"dimension_series: fees dailyFees: of the full form only yesterday's totals are had: HTTP 402: {PAID.text}"
    assert said in result.limitations
    rows = [row for row in held(settings, "defillama", "dimension_series") if row["slug"] != "lender" or row["adapter_type"] == "fees"]
    at = int(datetime(yesterday.year, yesterday.month, yesterday.day, tzinfo=UTC).timestamp())
    assert {(row["slug"], row["day"], row["value"]) for row in rows} == {("gmx-v2-perps", at, 7.5)}
    assert {(row["adapter_type"], row["data_type"]) for row in rows} == set(SERIES)
    assert (len(of(line, "overview")), of(line, "summary")) == (16, [])
    line = wire(llama(**overviews(full=PAID, lite={"protocols": PERPS}), summary__fees__gmx=CHART))
    run(settings, line)
    assert set(of(line, "summary")) == {(f"{kind}/{slug}", data_type) for kind, data_type in SERIES for slug in ("gmx", "dydx")}
    assert 1772755200 in {row["day"] for row in held(settings, "defillama", "dimension_series")}


def test_a_lite_answer_withdraws_nothing(settings: Any, wire: Any, held: Any) -> None:
    full = {"protocols": PERPS, "totalDataChartBreakdown": [[1772755200, {"GMX V2 Perps": 5}], [1772841600, {"GMX V2 Perps": 6}]]}
    run(settings, wire(llama(**overviews(full=full))))
    run(settings, wire(llama(**overviews(full=PAID, lite={"protocols": PERPS}))))
    rows = [row for row in held(settings, "defillama", "dimension_series") if row["data_type"] == "dailyFees"]
    assert [row["value"] for row in rows if not row["_is_withdrawn"]] == [5.0, 6.0, 7.5]
    assert [row for row in rows if row["_is_withdrawn"]] == []


def test_a_full_answer_that_lacks_a_day_withdraws_it(settings: Any, wire: Any, held: Any) -> None:
    """One between others is a row without a value; one that the range no longer reaches is withdrawn; a name that is gone says nothing."""
    days = [1772668800, 1772755200, 1772841600]
    before = [[day, {"GMX V2 Perps": 5, "dYdX V3": 8}] for day in days]
    run(settings, wire(llama(**overviews(full={"protocols": PERPS, "totalDataChartBreakdown": before}))))
    run(settings, wire(llama(**overviews(full={"protocols": PERPS, "totalDataChartBreakdown": [[days[2], {"GMX V2 Perps": 5}]]}))))
    rows = [row for row in held(settings, "defillama", "dimension_series") if row["adapter_type"] == "derivatives"]
    gone = {(row["slug"], row["day"]) for row in rows if row["_is_withdrawn"]}
    assert gone == {("gmx-v2-perps", days[0]), ("gmx-v2-perps", days[1])}


def test_where_both_forms_are_paid_for_each_slug_is_asked(settings: Any, wire: Any, held: Any) -> None:
    """And none any more once it is clear that a series is not for us. Said, and no failure."""
    routes = overviews(full=PAID, lite=PAID)
    line = wire(llama(**routes, summary__derivatives=lambda request: PAID, summary__fees__gmx=CHART))
    result = run(settings, line)
    assert (result.status, result.problem) == ("ok", None)
    told = f"derivatives dailyVolume: HTTP 402: {PAID.text}"
    assert {f"dimension_parts: {told}", f"dimension_series: {told}"} <= set(result.limitations)
    lite = [one for one in result.limitations if "the lite form is refused too" in one]
    assert (len(lite), len(result.limitations)) == (8, 10)
    assert len([path for path, _ in of(line, "summary") if path.startswith("derivatives/")]) == 1  # not one a protocol
    rows = held(settings, "defillama", "dimension_series")
    assert {row["slug"] for row in rows} == {"gmx"}
    assert [row["value"] for row in rows if row["data_type"] == "dailyFees"] == [5.0, None, 7.0]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_overview_that_is_gone_is_a_failure_and_stops_no_other(status: int, settings: Any, wire: Any) -> None:
    line = wire(llama(overview__dexs=lambda request: httpx.Response(status, text="no such data type")))
    result = run(settings, line)
    (one,) = told(result, "dimension_series")
    assert "overview" in one
    assert str(status) in one
    assert len(of(line, "overview")) == 8


def test_an_answer_without_the_days_that_were_asked_for_is_said(settings: Any, wire: Any) -> None:
    """Less than it gave, with HTTP 200."""
    result = run(settings, wire(llama(overview__fees={"protocols": PERPS, "totalDataChartBreakdown": []})))
    assert len([one for one in result.limitations if "it came without its days" in one]) == 5


@pytest.mark.parametrize(
    "reply",
    [httpx.Response(400, text="Fees for X not found, please visit /overview/fees"), httpx.Response(404, text="Data not found"), EMPTY],
    ids=["400", "404", "empty chart"],
)
def test_what_a_protocol_does_not_report_is_neither_a_row_nor_a_failure(reply: Any, settings: Any, wire: Any, held: Any) -> None:
    """A slug of the list is known, whatever of it is refused."""
    result = run(settings, wire(llama(**overviews(full=PAID, lite=PAID), summary=lambda request: reply)))
    assert (result.status, result.problem) == ("ok", None)
    assert held(settings, "defillama", "dimension_series") == []


REFUSED = httpx.Response(400, text="Fees for X not found, please visit /overview/fees")


def told(result: SourceResult, entity: str) -> list[str]:
    return [str(failure) for failure in result.outcomes[entity].failures]


@pytest.mark.parametrize("status", [400, 404])
def test_a_slug_that_no_series_knows_fails_and_names_its_row(status: int, settings: Any, wire: Any, held: Any) -> None:
    """Neither the list nor an overview has it: then each series of it is asked for, and a paid plan says nothing of a name."""

    def answer(request: httpx.Request) -> Any:
        return httpx.Response(402, text="paid") if "/derivatives/" in request.url.path else httpx.Response(status, text="not found")

    routes = {f"summary__{kind}__gmx": answer for kind in ("fees", "dexs", "derivatives", "open-interest")}
    result = run(settings, wire(llama(protocols=[], **routes, summary__fees__dydx=CHART)))
    assert result.status == "failed"
    for entity in ("dimension_series", "tvl"):
        (one,) = told(result, entity)
        for part in ("gmx (protocols.csv row gmx)", "defillama_slug", "empty the cell"):
            assert part in one
    assert {row["slug"] for row in held(settings, "defillama", "dimension_series")} == {"dydx"}
    assert (result.problem or "").count("protocols.csv row gmx") == 1


def test_all_names_that_are_unknown_are_told(settings: Any, wire: Any) -> None:
    """Not five of them and dots."""
    slugs = [f"slug-{number}" for number in range(9)]
    settings.protocols_file.write_text("protocol,defillama_slug,coingecko_id\n" + "".join(f"p-{slug},{slug},\n" for slug in slugs))
    result = run(settings, wire(llama(summary=lambda request: REFUSED)))
    assert [slug for slug in slugs if f"{slug} (protocols.csv row p-{slug})" not in (result.problem or "")] == []


def test_a_series_that_was_given_until_lately_and_is_missing_now_fails(settings: Any, wire: Any) -> None:
    """Of a slug of ours; of others it is said. A parent's own series are its parts' by now, and none of them is missed."""
    listed = [{"name": "dYdX", "slug": "dydx", "category": "Derivatives"}, *PERPS]
    full = {"protocols": listed, "totalDataChartBreakdown": [[1772755200, {"dYdX": 5, "GMX V2 Perps": 6, "Other": 7}]]}
    settings.protocols_file.write_text("protocol,defillama_slug,coingecko_id\ngmx,gmx,gmx\ndydx,dydx,dydx-chain\n")
    lite = wire(llama(**overviews(full=PAID, lite=PAID), summary__fees__gmx=CHART))
    assert run(settings, lite).problem is None
    assert run(settings, wire(llama(overview__derivatives=full, overview__fees=full))).problem is None
    less = {**full, "totalDataChartBreakdown": [[1772755200, {"GMX V2 Perps": 6}]]}
    result = run(settings, wire(llama(overview__derivatives=less, overview__fees=full)))
    lost = ["defillama summary [dydx]: derivatives dailyVolume is refused, and was given before"]
    assert [one.split(": look")[0] for one in told(result, "dimension_series")] == lost
    assert "dimension_series: derivatives dailyVolume: given before, and not now: other" in result.limitations
    assert result.outcomes["tvl"].failures == []


def test_a_host_that_is_down_says_nothing_of_names(settings: Any, wire: Any) -> None:
    result = run(settings, wire(llama(protocols=[], summary=lambda request: httpx.Response(503))))
    assert "503" in (result.problem or "")
    assert "protocols.csv" not in (result.problem or "")


PRICED = {"symbol": "GMX", "confidence": 0.99, "price": 15.5, "timestamp": 1773014400}


def test_a_coin_that_has_no_price_now_either_is_unknown(settings: Any, wire: Any) -> None:
    """Ids that DefiLlama does not know are silently absent; so are coins on days before they were there."""
    settings.protocols_file.write_text("protocol,defillama_slug,coingecko_id\ngmx,gmx,gmx\nnew,,new-coin\n")
    now = {"coingecko:new-coin": PRICED}
    line = wire(llama(chart={"coins": {"coingecko:gmx": {"prices": []}}}, prices={"coins": now}))
    result = run(settings, line)
    assert [request.url.path for request in line.asked if "/prices/" in request.url.path] == [
        "/prices/current/coingecko:dydx-chain,coingecko:new-coin"
    ]
    (one,) = told(result, "coin_prices")
    for part in ("dydx-chain (assets.csv row DYDX)", "coingecko_id", "empty the cell"):
        assert part in one


@pytest.mark.parametrize("reply", [{"coins": {}}, httpx.Response(400, text="not found")], ids=["empty", "400"])
def test_an_answer_without_any_coin_is_a_limitation_that_names_them(reply: Any, settings: Any, wire: Any) -> None:
    result = run(settings, wire(llama(chart={"coins": {}}, prices=lambda request: reply)))
    assert result.problem is None
    assert result.limitations == ["coin_prices: an answer without any of what was asked for: dydx-chain, gmx"]


@pytest.mark.parametrize(
    "reply",
    [httpx.Response(500, text="Internal Error"), httpx.Response(200, text="Internal Error"), [1], {"totalDataChart": "no"}, {}],
    ids=["500", "text", "a list", "a word for a chart", "no chart"],
)
def test_a_broken_series_is_a_failure_and_stops_no_other(reply: Any, settings: Any, wire: Any, held: Any) -> None:
    settings.attempts = 3
    result = run(settings, wire(llama(protocols=[], summary__fees__gmx=lambda request: reply, summary__fees__dydx=CHART)))
    assert result.status == "failed"
    assert "gmx" in (result.problem or "")
    assert {row["slug"] for row in held(settings, "defillama", "dimension_series")} == {"dydx"}
    assert not result.outcomes["tvl"].failures


ODD_STAMPS = [1772841600000, 2**70, -1, None, True, "soon", [1], float("1e300"), 0]


@pytest.mark.parametrize("stamp", ODD_STAMPS, ids=str)
def test_a_stamp_no_day_can_have_is_one_row_set_aside(stamp: Any, payload: Any) -> None:
    """In milliseconds, say: filling up to it would make twenty million rows of a hundred bytes."""
    body = {"totalDataChart": [[1772755200, 5], [stamp, 6], [1772928000, 7]], "protocolType": "protocol"}
    match, at = {"adapter_type": "fees", "slug": "gmx"}, datetime(2026, 3, 9, tzinfo=UTC)
    one = payload("defillama", "summary", body, match=match, params={"dataType": "dailyFees"}, fetched_at=at)
    buffer = Buffer(DEFILLAMA.entity("dimension_series"))
    assert buffer.add(DEFILLAMA.endpoint("summary").parse(one)["dimension_series"], one) == 4
    good, bad = buffer.fitted()
    assert good.select("day", "value").rows() == [(1772755200, 5.0), (1772841600, None), (1772928000, 7.0)]
    assert len(bad) == 1


def aside(payload: Any, endpoint: str, body: Any, table: str = "", **match: str) -> tuple[list[dict[str, Any]], int]:
    """Rows of an answer that fit their table (the first of the endpoint), and how many do not."""
    one = payload("defillama", endpoint, body, match=match, fetched_at=datetime(2026, 3, 9, tzinfo=UTC))
    tables = DEFILLAMA.endpoint(endpoint).parse(one)
    name = table or next(iter(tables))
    buffer = Buffer(DEFILLAMA.entity(name))
    buffer.add(tables[name], one)
    good, bad = buffer.fitted()
    return good.to_dicts(), len(bad)


@pytest.mark.parametrize("odd", [None, 5, "x", [], [1772841600], {"a": 1}], ids=str)
def test_an_odd_point_costs_itself_only(odd: Any, payload: Any) -> None:
    """One that says nothing is no withdrawal of its day either: the day has a row only because others lie around it."""
    body = {"totalDataChart": [[1772755200, 5], odd, [1772928000, 7]], "protocolType": "protocol"}
    rows, count = aside(payload, "summary", body, adapter_type="fees", slug="gmx")
    assert ([row["value"] for row in rows], count) == ([5.0, None, 7.0], 1)


@pytest.mark.parametrize(
    "odd", [None, 5, [1772841600], [1772841600, 5], [1772841600, {"solana": 5}], [1e15, {"solana": {"X": 1}}]], ids=str
)
def test_an_odd_breakdown_costs_itself_only_and_an_empty_one_says_nothing(odd: Any, payload: Any) -> None:
    days = [[1772755200, {"solana": {"Jup's Own": 3}}], odd, [1772928000, {}]]
    body = {"totalDataChart": [], "totalDataChartBreakdown": days}
    rows, count = aside(payload, "summary", body, "dimension_parts", adapter_type="fees", slug="jupiter")
    assert [(row["day"], row["parts"]) for row in rows] == [(1772755200, '[{"part":"jups-own","chain":"solana","value":3}]')]
    assert count == 1


@pytest.mark.parametrize("odd", [None, 5, [1772841600], [1772841600, 5], [1772841600, None]], ids=str)
def test_an_odd_day_of_an_overview_costs_itself_only(odd: Any, payload: Any) -> None:
    listed = [None, {"slug": 5, "name": "GMX"}, {"name": "GMX V2", "slug": "gmx-v2-perps"}]
    chart = [odd, [1772755200, {"GMX V2": 5, "GMX": "many"}], [1772928000, {"GMX V2": 7}]]
    rows, count = aside(payload, "overview", {"protocols": listed, "totalDataChartBreakdown": chart}, adapter_type="open-interest")
    assert [(row["slug"], row["value"]) for row in rows] == [("gmx-v2-perps", 5.0), ("gmx-v2-perps", None), ("gmx-v2-perps", 7.0)]
    assert count == 2  # the day, and the value that is no figure


@pytest.mark.parametrize("odd", [None, 5, {}, {"prices": None}, {"prices": 5}, {"prices": [None]}, {"prices": [{"price": 1}]}], ids=str)
def test_an_odd_coin_costs_itself_only(odd: Any, payload: Any) -> None:
    gmx = {"symbol": "GMX", "confidence": 0.99, "prices": [{"timestamp": 1772755200, "price": 15.5}]}
    rows, count = aside(
        payload, "price_chart", {"coins": {"coingecko:odd": odd, "coingecko:gmx": gmx}}, coins="coingecko:odd,coingecko:gmx"
    )
    names = ("coin", "time", "symbol", "price", "confidence")
    assert [tuple(row[name] for name in names) for row in rows] == [("coingecko:gmx", 1772755200, "GMX", 15.5, 0.99)]
    assert count == 1


def test_an_odd_row_of_the_other_lists_costs_itself_only(payload: Any) -> None:
    rows, count = aside(payload, "protocols", [None, {"name": "X"}, {"slug": "gmx", "name": "GMX", "tvl": "5"}])
    assert ([(row["slug"], row["tvl"]) for row in rows], count) == ([("gmx", 5.0)], 2)
    tvl = {"tvl": [None, {"date": 1772755200}, {"date": 1772755200, "totalLiquidityUSD": 7}]}
    rows, count = aside(payload, "protocol", tvl, slug="GMX")
    assert ([(row["slug"], row["total_liquidity_usd"]) for row in rows], count) == ([("gmx", 7.0)], 2)


def test_errors_in_plain_text_are_quoted_with_their_protocol(payload: Any) -> None:
    from ingestion.errors import NotAvailable, NotFound, Rejected

    for status, kind in ((400, NotFound), (402, NotAvailable), (404, NotFound), (403, Rejected)):
        with pytest.raises(kind, match=rf"defillama summary \[gmx\]: HTTP {status}: plain words"):
            DEFILLAMA.check(payload("defillama", "summary", b"plain words", status=status, match={"slug": "gmx"}))


def test_an_overview_names_protocols_by_their_slug(payload: Any, typed: Any) -> None:
    body = {
        "protocols": [{"name": "GMX V2 Perps", "displayName": "GMX V2", "slug": "gmx-v2-perps"}],
        "totalDataChartBreakdown": [[1772755200, {"GMX V2": 5, "Nameless": 1}], [1772928000, {"GMX V2 Perps": 7}]],
    }
    at = datetime(2026, 3, 9, tzinfo=UTC)
    rows = typed(payload("defillama", "overview", body, match={"adapter_type": "open-interest"}, fetched_at=at))["dimension_series"]
    found = [(row["slug"], row["data_type"], row["day"], row["value"], row["protocol_type"]) for row in rows]
    assert found == [
        ("gmx-v2-perps", "openInterestAtEnd", 1772755200, 5.0, "protocol"),
        ("gmx-v2-perps", "openInterestAtEnd", 1772841600, None, "protocol"),
        ("gmx-v2-perps", "openInterestAtEnd", 1772928000, 7.0, "protocol"),
        ("nameless", "openInterestAtEnd", 1772755200, 1.0, "protocol"),
    ]


def test_a_seed_without_its_column_is_a_setting_to_mend(make_settings: Any, tmp_path: Path, wire: Any) -> None:
    (tmp_path / "odd.csv").write_text("name\ngmx\n")
    result = run(make_settings(protocols_file=tmp_path / "odd.csv"), wire(llama()))
    assert result.status == "failed"
    for part in ("PERPS_PROTOCOLS_FILE", "odd.csv", "defillama_slug"):
        assert part in (result.problem or "")


@pytest.mark.parametrize("budget", ["api", "coins"])
def test_both_hosts_are_asked_at_a_rate_known_to_be_safe(budget: str) -> None:
    limit = DEFILLAMA.limits[budget]
    assert limit.amount / limit.seconds <= 2
