"""Recorded caps of tokens beside prices, through the chain: HYPE's of four months from CoinGecko, PERP's from CoinPaprika.

Belongs here: figures of the recorded answers, and how far another vendor's are away. Does not: which source counts (dbt unit tests).
No price of DefiLlama was recorded for these tokens: theirs are CoinGecko's own, in DefiLlama's wire format.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from house import House

from ingestion.run.replay import replay
from ingestion.venue.registry import all_sources

pytestmark = pytest.mark.recorded
CHART = "market_chart_range__hyperliquid.json"
PERP = "tickers__perp-perpetual-protocol.json"
HYPE = "select price_usd, market_cap_usd, spot_volume_usd, fdv_usd, circulating_supply, market_cap_source from fct_token_prices_daily"


def record(folder: Path, name: str, body: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(body))


def priced(coin: str, prices: dict[int, float], captured_at: str) -> dict[str, Any]:
    """An answer of DefiLlama's coins host with these prices by second."""
    points = [{"timestamp": at, "price": price} for at, price in prices.items()]
    body = {"coins": {f"coingecko:{coin}": {"symbol": coin, "confidence": 0.99, "prices": points}}}
    request = {"method": "GET", "url": f"https://coins.llama.fi/chart/coingecko:{coin}", "params": {}}
    return {"source": "defillama", "request": request, "response": body, "captured_at": captured_at}


@pytest.fixture(scope="module")
def chart(shared: Path) -> dict[str, dict[int, float]]:
    body = json.loads((shared / "fixtures/sources/coingecko" / CHART).read_text())["response"]
    return {name: {at // 1000: value for at, value in body[name]} for name in body}


@pytest.fixture(scope="module")
def replayed(
    house: Callable[..., House], shared: Path, chart: dict[str, dict[int, float]], tmp_path_factory: pytest.TempPathFactory
) -> House:
    folder, one = tmp_path_factory.mktemp("tokens"), house({})
    for path in (f"coingecko/{CHART}", f"coinpaprika/{PERP}"):
        (folder / Path(path).name).write_text((shared / "fixtures/sources" / path).read_text())
    record(folder, "hype", priced("hyperliquid", chart["prices"], "2025-05-12T14:00:00Z"))
    record(folder, "perp", priced("perpetual-protocol", {1791158100: 0.0216}, "2026-10-05T01:00:00Z"))
    settings = one.enter()
    replay(settings, folder, all_sources().values())
    outcome = one.build()
    assert outcome.is_success, outcome.problems
    return one


def test_hype_of_a_day(replayed: House) -> None:
    """26.09 USD and 8.709 bn on 2025-05-11, as recorded; a chart knows no supplies. The day of the capture was not over."""
    (row,) = replayed.query(f"{HYPE} where token = 'HYPE' and date = '2025-05-11'")
    assert row == (26.094998286198674, 8709061616.950268, 145636437.81416577, None, None, "coingecko")
    assert replayed.query("select min(date), max(date), count(*) from fct_token_prices_daily where token = 'HYPE'") == [
        (date(2025, 1, 1), date(2025, 5, 11), 131)
    ]


def test_perp_has_coinpaprikas_cap_and_supplies(replayed: House) -> None:
    """1,428,390 USD at 0.02164: 66 million of 150 circulate (recorded 2026-10-04)."""
    query = "select market_cap_usd, total_supply, circulating_supply, fdv_usd / market_cap_usd, supply_source from fct_token_prices_daily"
    ((cap, total, circulating, ratio, source),) = replayed.query(f"{query} where token = 'PERP'")
    assert (cap, total, source) == (1428390, 150000000, "coinpaprika")
    assert (round(circulating / 1e6, 2), round(ratio, 4)) == (66.0, 2.2727)


def test_another_vendor_counts_the_same_coins(replayed: House, shared: Path) -> None:
    """Messari stamps a day's end with its start; its caps of HYPE are CoinGecko's of the midnight after within 2.1%, half within 0.5%."""
    points = json.loads(gzip.decompress((shared / "data/token_market/messari/hyperliquid_marketcap.json.gz").read_bytes()))["data"][
        "points"
    ]
    theirs = {datetime.fromtimestamp(at, UTC).date() + timedelta(days=1): cap for at, cap, *_ in points}
    ours = replayed.query("select date, market_cap_usd from fct_token_prices_daily where token = 'HYPE'")
    off = [abs(cap / theirs[day] - 1) for day, cap in ours if day in theirs]
    assert (len(off), max(off) < 0.021, median(off) < 0.005) == (131, True, True)


def test_one_token_is_a_basket_that_moves_with_its_price(replayed: House, chart: dict[str, dict[int, float]]) -> None:
    """What the gate lets through, from the first day on: 26.09 over 24.12 USD, and the deepest fall below a peak of the recorded prices."""
    query = "select date, return_index, drawdown from mart_token_narratives_daily where category = 'perp' and date < '2026-01-01'"
    days = replayed.query(query)
    prices = {datetime.fromtimestamp(at, UTC).date(): price for at, price in chart["prices"].items()}
    first, last = min(days), max(days)
    assert (first[:2], last[0]) == ((date(2025, 1, 1), 100), date(2025, 5, 11))
    assert last[1] == pytest.approx(100 * prices[last[0]] / prices[first[0]], rel=1e-9)
    peaks = [max(price for at, price in prices.items() if at <= day) for day, _, _ in days]
    deepest = min(prices[day] / peak for (day, _, _), peak in zip(days, peaks, strict=True)) - 1
    assert min(fall for _, _, fall in days) == pytest.approx(deepest)
