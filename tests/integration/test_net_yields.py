"""What is left to tokenholders after what is printed, on answers in the form of recorded ones: figures from the schedules' own numbers.

Belongs here: yields after unlocks, and a parent told by its parts (GMX), from answers to the scorecard. Does not: which day has which part
of a schedule (dbt unit tests).
Every day of the month has the same fees, prices and caps, so that a year is 365 times one of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from comparing_metrics import compare_metrics
from house import House, days_from

from ingestion.run.replay import replay
from ingestion.venue.registry import all_sources

FIRST, DAYS, CAPTURED = date(2026, 9, 4), 30, "2026-10-04T06:00:00Z"
LAST = FIRST + timedelta(days=DAYS - 1)
PRICED = days_from(FIRST - timedelta(days=10), DAYS + 10)  # a median of a week needs one to begin with
HOLES = {"hyperliquid": (5, 11, 17), "apex-omni": (5, 11, 17, 23)}  # days of the month of which nobody gives fees: three are few enough
# coin: its token, a price, and what circulates
TOKENS = {
    "aster-2": ("ASTER", 0.71, 1.66e9), "hyperliquid": ("HYPE", 40.0, 3.4e8), "lighter": ("LIT", 2.0, 2.5e8),
    "bittensor": ("TAO", 300.0, 1e7),
    "dydx-chain": ("DYDX", 0.15, 8e8), "jupiter-exchange-solana": ("JUP", 0.3, 3.2e9), "drift-protocol": ("DRIFT", 0.1, 5e8),
    "aevo-exchange": ("AEVO", 0.05, 9e8), "perpetual-protocol": ("PERP", 0.02, 6.6e7), "woo-network": ("WOO", 0.03, 1.9e9),
    "contango": ("TANGO", 0.01, 3e8), "orderly-network": ("ORDER", 0.1, 3e8), "bluefin": ("BLUE", 0.05, 4e8), "grass": ("GRASS", 0.5, 4e8),
    "virtual-protocol": ("VIRTUAL", 0.9, 6.5e8), "worldcoin-wld": ("WLD", 0.7, 3e9), "gains-network": ("GNS", 1.0, 3e7),
    "gmx": ("GMX", 10.0, 1e7), "apex-token-2": ("APEX", 0.5, 3e8),
}  # fmt: skip
# slug: fees of a day, and holders' revenue where it is reported
FEES: dict[str, tuple[float, float | None]] = {
    "aster": (186_000, None), "hyperliquid": (2_000_000, None), "lighter": (100_000, None), "dydx": (9_000, 9_000), "drift": (1_000, 0),
    "jupiter-perpetual-exchange": (266_000, 33_000), "aevo-perps": (2_000, 1_000), "perpetual-protocol": (10, None),
    "woofi": (5_000, 3_000),
    "contango": (1_000, 1_000), "gains-network": (29_000, 1_400), "apex-omni": (30_000, 8_000),
}  # fmt: skip
# GMX of late 2026: most fees are those of Solana, which pays holders nothing; the launchpad is no part that we know.
GMX = {"arbitrum": {"GMX V2 Perps": 38_000}, "avax": {"GMX V2 Perps": 2_000}, "solana": {"GMX Solana": 119_000, "GMX Launchpad": 1_000}}
ROW = "select {} from mart_protocol_scorecard_daily where protocol = '{}' and date = '{}'"


def answer(url: str, params: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {"source": "made", "captured_at": CAPTURED, "request": {"method": "GET", "url": url, "params": params}, "response": body}


def fees(slug: str, data_type: str, value: float) -> dict[str, Any]:
    """A series with its holes, as DefiLlama leaves them out."""
    days = [day for day in days_from(FIRST, DAYS) if day.day not in HOLES.get(slug, ())]
    chart = [[seconds(day), value] for day in days]
    body = {"name": slug, "slug": slug, "protocolType": "protocol", "totalDataChart": chart}
    return answer(f"https://api.llama.fi/summary/fees/{slug}", {"dataType": data_type}, body)


def gmx() -> list[dict[str, Any]]:
    """Its fees, with the parts of all days but the first, and what is reported as paid: 27% of V2's."""
    body = fees("gmx", "dailyFees", 160_000)
    body["response"]["totalDataChartBreakdown"] = [[seconds(day), GMX] for day in days_from(FIRST, DAYS)[1:]]
    return [body, fees("gmx", "dailyHoldersRevenue", 10_800), priced("gmx", 8.5)]


def seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def priced(coin: str, price: float) -> dict[str, Any]:
    points = [{"timestamp": seconds(day) + 86_100, "price": price} for day in PRICED]
    body = {"coins": {f"coingecko:{coin}": {"symbol": coin, "confidence": 0.99, "prices": points}}}
    return answer(f"https://coins.llama.fi/chart/coingecko:{coin}", {}, body)


def valued(coin: str, price: float, supply: Callable[[date], float]) -> dict[str, Any]:
    at = {seconds(day) * 1000 + 43_200_000: price * supply(day) for day in PRICED}
    body = {"prices": [[one, price] for one in at], "market_caps": list(map(list, at.items())), "total_volumes": [[one, 1.0] for one in at]}
    return answer(f"https://api.coingecko.com/api/v3/coins/{coin}/market_chart/range", {"vs_currency": "usd"}, body)


def circulating(coin: str) -> Callable[[date], float]:
    """GNS has no schedule, and 30,000 of it are burnt a day; the others stay as they are."""
    burnt = 30_000 if coin == "gains-network" else 0
    return lambda day: TOKENS[coin][2] - burnt * (day - FIRST).days


@pytest.fixture(scope="module")
def built(house: Callable[..., House], tmp_path_factory: pytest.TempPathFactory) -> House:
    folder, one = tmp_path_factory.mktemp("answers"), house({})
    answers = [priced(coin, price) for coin, (_, price, _) in TOKENS.items()]
    answers += [valued(coin, price, circulating(coin)) for coin, (_, price, _) in TOKENS.items()]
    answers += [fees(slug, "dailyFees", value) for slug, (value, _) in FEES.items()]
    answers += [fees(slug, "dailyRevenue", value) for slug, (value, _) in FEES.items()]
    answers += [fees(slug, "dailyHoldersRevenue", value) for slug, (_, value) in FEES.items() if value is not None]
    answers += gmx()
    for number, body in enumerate(answers):
        Path(folder, f"{number:03}.json").write_text(json.dumps(body))
    settings = one.enter()
    replay(settings, folder, all_sources().values())
    outcome = one.build()
    assert outcome.is_success, outcome.problems
    return one


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def test_fifteen_tokens_have_a_yield_after_incentives(built: House) -> None:
    """Of ORDER no fees are told here; GNS, GMX and APEX have no schedule, and of APEX too many days are missing."""
    scorecard = "mart_protocol_scorecard_daily inner join dim_protocols using (protocol)"
    query = f"select distinct token from {scorecard} where {{}} is not null and date = '{{}}'"
    tokens = {token for (token,) in built.query(query.format("net_real_yield", LAST))}
    assert tokens == {token for token, _, _ in TOKENS.values()} - {"GNS", "GMX", "APEX", "ORDER"}
    assert len(tokens) == 15
    assert {token for (token,) in built.query(query.format("net_of_dilution_yield", LAST))} == tokens | {"GNS", "GMX"}


def test_aster_pays_and_prints_twenty_times_as_much(built: House) -> None:
    """8 bn × 44.7 % over 80 months and 30 % over 20 months, from 2025-09-17, at 0.71; 99 % of fees buy the token.
    Its team waits a year, and is paid from 2026-09-17 on: 17 of the 30 days have 400 M ÷ 853."""
    ((gross, net, after, basis, status),) = built.query(
        ROW.format("holder_yield, net_real_yield, net_of_dilution_yield, net_yield_basis, token_incentives_status", "aster", LAST)
    )
    cap, due = 0.71 * 1.66e9, 0.99 * 186_000
    tokens = 8e9 * 0.447 / days_between("2025-09-17", "2032-05-17") + 8e9 * 0.3 / days_between("2025-09-17", "2027-05-17")
    team = 8e9 * 0.05 / days_between("2026-09-17", "2029-01-17")
    assert (basis, status) == ("policy", "scheduled")
    assert gross == pytest.approx(due * 365 / cap)
    assert net == pytest.approx((due - 0.71 * tokens) * 365 / cap)
    assert after == pytest.approx((due - 0.71 * (tokens + team * 17 / 30)) * 365 / cap)
    assert (round(gross, 3), round(net, 2)) == (0.057, -1.14)


def test_hyperliquids_insiders_are_no_incentive(built: House) -> None:
    """238 M over two years from 2025-11-29, at 40; rewards of 388.88 M have no days, and say so. Three days of the
    month are not reported."""
    columns = "holder_yield, net_real_yield, net_of_dilution_yield, token_incentives_status, days_known, unlocks_share_next_30d"
    ((gross, net, after, status, known, ahead),) = built.query(ROW.format(columns, "hyperliquid", LAST))
    daily = 238e6 / days_between("2025-11-29", "2027-11-29")
    assert (status, known) == ("partly_scheduled", 27)
    assert gross == net == pytest.approx(0.99 * 2_000_000 * 365 / (40 * 3.4e8))
    assert after == pytest.approx(gross - 40 * daily * 365 / (40 * 3.4e8))
    assert ahead == pytest.approx(30 * daily / 3.4e8)


def test_lighters_insiders_begin_on_29_december(built: House) -> None:
    """Of the 90 days after 2026-10-03 the last is 2027-01-01: four of them have a part of half of the supply, over 1,096 days."""
    columns = "net_real_yield, net_of_dilution_yield, unlocks_share_next_30d, unlocks_share_next_90d"
    ((net, after, month, quarter),) = built.query(ROW.format(columns, "lighter", LAST))
    assert net == after == pytest.approx(100_000 * 365 / (2.0 * 2.5e8))
    assert (month, quarter) == (0, pytest.approx(4 * 5e8 / days_between("2026-12-29", "2029-12-29") / 2.5e8))


def test_a_token_whose_model_pays_no_fees_is_left_with_what_is_printed(built: House) -> None:
    """5.25 M TAO over the 1,458 days from 2025-10-13 on, 10 M in circulation."""
    ((holder, net, basis),) = built.query(ROW.format("holder_yield, net_real_yield, net_yield_basis", "bittensor", LAST))
    assert (holder, basis) == (None, "token_model")
    assert net == pytest.approx(-5_250_000 / days_between("2025-10-13", "2029-10-10") * 365 / 1e7)


def test_four_holes_of_thirty_are_too_many(built: House) -> None:
    columns = "holder_yield, price_to_fees, net_of_dilution_yield, days_known"
    assert built.query(ROW.format(columns, "apex", LAST)) == [(None, None, None, 26)]


def test_without_a_schedule_incentives_are_not_zero(built: House) -> None:
    """Of GNS nobody publishes one: what circulates fell by 30,000 a day, which is a yield beside the one from fees."""
    columns = "net_real_yield, token_incentives_status, dilution_source, token_incentives_usd, unlocks_share_next_90d"
    assert built.query(ROW.format(columns, "gains_network", LAST)) == [(None, "not_scheduled", "supply_implied", None, None)]
    ((tokens, usd),) = built.query(
        f"select tokens, usd from fct_token_unlocks_daily where token = 'GNS' and source = 'supply_implied' and date = '{LAST}'"
    )
    assert (tokens, usd) == (pytest.approx(-30_000), pytest.approx(-30_000))
    columns = "net_yield_basis, net_of_dilution_yield, market_cap_usd"
    ((basis, after, cap),) = built.query(ROW.format(columns, "gains_network", LAST))
    assert basis == "reported"  # the basis of its policy, fees of opening and closing, is in no series
    assert after == pytest.approx((1_400 + 30_000) * 365 / cap, rel=1e-6)


def test_gmx_gives_what_its_parts_give(built: House) -> None:
    """V2: 63% of 40,000 to LPs, 10% to the treasury, 27% owed below 90 USD. Solana: 75% and 25% of 119,000. 1,000 are left open."""
    query = "select recipient, amount_usd, unallocated_reason from fct_fee_allocations_daily where protocol = '{}' and date = '{}'"
    assert {recipient: float(amount) for recipient, amount, _ in built.query(query.format("gmx", LAST))} == {
        "lp": 25_200 + 89_250, "treasury": 4_000 + 29_750, "deferred": 10_800, "unallocated": 1_000
    }  # fmt: skip
    assert ("unallocated", 1_000, "not_covered_by_parts") in built.query(query.format("gmx", LAST))
    assert {recipient: float(amount) for recipient, amount, _ in built.query(query.format("gmx_solana", LAST))} == {
        "lp": 89_250, "treasury": 29_750
    }  # fmt: skip
    columns = (
        "accrued_by, holders_accrued_usd, holders_accrued_share_low, holders_accrued_share_high, holders_reported_share, policy_status"
    )
    (found,) = built.query(ROW.format(columns, "gmx", LAST))
    assert found == ("parts", 0, 0, pytest.approx((10_800 + 1_000) / 160_000), pytest.approx(0.0675), "policy_suspect")
    assert built.query(ROW.format(columns, "gmx_solana", LAST)) == [("policy", 0, 0, 0, None, "unchecked")]


def test_a_day_without_parts_is_its_own_policys(built: House) -> None:
    """27% of all that day, as if all were V2's; nothing is left open."""
    query = "select recipient, amount_usd, accrued_by from fct_fee_allocations_daily where protocol = 'gmx' and date = '{}' order by 1"
    assert built.query(query.format(FIRST)) == [("deferred", 43_200, "policy"), ("lp", 100_800, "policy"), ("treasury", 16_000, "policy")]


def test_fees_of_all_are_counted_once(built: House) -> None:
    """Jupiter's perpetuals stand alone, for the whole of Jupiter reports nothing here; GMX's parts do not."""
    query = f"select {{}} from mart_protocol_scorecard_daily where date = '{LAST}' and {{}}"
    asked = sum(value for slug, (value, _) in FEES.items() if slug != "drift")
    assert built.query(query.format("sum(fees_usd)", "not is_part and protocol <> 'drift'")) == [(asked + 160_000,)]
    assert built.query(query.format("protocol, fees_usd, holder_yield", "is_part and fees_usd > 0 order by 1")) == [
        ("gmx_solana", 119_000, None), ("gmx_v2", 40_000, None),
    ]  # fmt: skip
    ((valued,),) = built.query(ROW.format("holder_yield is not null", "jupiter", LAST))
    assert valued


def test_metrics_of_yields_are_the_scorecard_s(built: House) -> None:
    yields = {"holder_yield": "holder_yield", "net_real_yield": "net_real_yield", "net_of_dilution_yield": "net_of_dilution_yield"}
    compare_metrics(built, "protocol_days", "protocol, date", "mart_protocol_scorecard_daily", yields)
