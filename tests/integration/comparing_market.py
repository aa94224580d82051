"""The market's marts worked out a second time, from the truth or from the facts, by loops that share nothing with the SQL.

Belongs here: brute force of the overview, the structure, the periods, the spreads and the liquidations. Does not: facts (comparing.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from comparing import in_our_names
from house import House

from simulator import Truth

Days = dict[date, dict[str, float]]
CLOSE = {"rel": 1e-9, "abs": 1e-15}


def _by_venue(frame: pl.DataFrame, value: str, venues: Iterable[str], last: date) -> Days:
    """Day → venue → sum of what was a coin that day."""
    totals: Days = defaultdict(lambda: defaultdict(float))
    is_coin = pl.col("underlying_class") == "crypto"
    for row in frame.filter(is_coin & (pl.col("date") <= last) & pl.col("venue").is_in(list(venues))).to_dicts():
        totals[row["date"]][row["venue"]] += row[value]
    return totals


def _perpetual(built: House) -> dict[str, dict[str, Any]]:
    return {row["venue"]: row for row in built.frame("select * from dim_venues where product = 'perpetual'").to_dicts()}


def compare_overview(built: House, truth: Truth, last: date) -> None:
    """Size, shares and concentration from the truth's volumes, one day after the other."""
    venues, ours = _perpetual(built), {row["date"]: row for row in built.frame("select * from mart_market_overview_daily").to_dicts()}
    volumes = _by_venue(truth.daily_volume(), "volume_usd", venues, last)
    assert set(ours) == set(volumes)
    for day, of_day in volumes.items():
        total, row = sum(of_day.values()), ours[day]
        shares = sorted((volume / total for volume in of_day.values()), reverse=True)
        assert row["volume_usd"] == pytest.approx(total, **CLOSE)
        assert row["top1_venue"] == max(of_day, key=lambda venue: of_day[venue])
        assert (row["top1_volume_share"], row["top3_volume_share"]) == pytest.approx((shares[0], sum(shares[:3])), **CLOSE)
        assert row["volume_hhi"] == pytest.approx(sum(share**2 for share in shares), **CLOSE)
        centralised = sum(volume for venue, volume in of_day.items() if venues[venue]["kind"] == "cex") / total
        assert (row["cex_volume_share"], row["dex_volume_share"]) == pytest.approx((centralised, 1 - centralised), **CLOSE)
        licensed = sum(volume for venue, volume in of_day.items() if venues[venue]["is_regulated"]) / total
        assert row["regulated_volume_share"] == pytest.approx(licensed, **CLOSE)
        assert row["venues_expected"] == row["venues_reported"] == len(of_day)
        week = [sum(volumes[day - timedelta(days=back)].values()) for back in range(7) if day - timedelta(days=back) in volumes]
        assert row["volume_usd_7d_avg"] == pytest.approx(sum(week) / len(week), **CLOSE)


def compare_perpetuals_with_spot(built: House, truth: Truth, last: date) -> None:
    """Pairs of the archive and perpetuals of one venue and name; a pair counts on days both have as many hours."""
    archived = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "MATICUSDT"]  # the others the simulator's archive does not have
    spot: dict[tuple[str, date], list[float]] = defaultdict(list)
    for row in truth.spot_candles().filter((pl.col("date") <= last) & pl.col("symbol").is_in(archived)).to_dicts():
        spot[f"{row['venue']}:{row['symbol']}", row["date"]].append(row["volume_usd"])
    sums: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in truth.daily_volume().to_dicts():
        hours = spot.get((row["market_id"], row["date"]), [])
        if len(hours) == row["hours"]:
            sums[row["date"]] = [now + more for now, more in zip(sums[row["date"]], (row["volume_usd"], sum(hours), 1.0), strict=True)]
    ours = built.frame("select * from mart_market_overview_daily").to_dicts()
    assert {row["date"] for row in ours} == set(sums)
    for row in ours:
        perpetuals, pairs, count = sums[row["date"]]
        assert (row["perp_to_spot_ratio"], row["perp_to_spot_pairs"]) == pytest.approx((perpetuals / pairs, count), **CLOSE)
        assert row["perp_to_spot_coverage"] == "binance"


def compare_periods(built: House) -> None:
    """Weeks begin on Monday; sums, means and the last of the days that are there."""
    days = built.frame("select * from mart_market_overview_daily order by date").to_dicts()
    groups: dict[tuple[str, date], list[Mapping[str, Any]]] = defaultdict(list)
    for row in days:
        groups["week", row["date"] - timedelta(days=row["date"].weekday())].append(row)
        groups["month", row["date"].replace(day=1)].append(row)
    ours = {(row["period"], row["starts_on"]): row for row in built.frame("select * from mart_market_overview_periodic").to_dicts()}
    assert set(ours) == set(groups)
    for (period, start), of_period in groups.items():
        row = ours[period, start]
        end = start + timedelta(days=6) if period == "week" else (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        assert row["ends_on"] == end
        assert row["volume_usd"] == pytest.approx(sum(day["volume_usd"] for day in of_period), **CLOSE)
        assert row["open_interest_usd_end"] == of_period[-1]["open_interest_usd"]
        assert row["volume_hhi"] == pytest.approx(sum(day["volume_hhi"] for day in of_period) / len(of_period), **CLOSE)
        assert (row["days_reported"], row["is_complete"]) == (len(of_period), len(of_period) == (end - start).days + 1)


def compare_spreads(built: House, truth: Truth, last: date) -> None:
    """Every two venues that settle an asset and whose open interest is published, by loops over the truth."""
    legs = _legs(built, truth, last)
    expected = {
        (asset, long, short, day): (paid[short] - paid[long], min(held[long], held[short]))
        for (asset, day), (paid, held) in legs.items()
        for long in paid
        for short in paid
        if long != short
    }
    ours = {
        (row["asset"], row["long_venue"], row["short_venue"], row["date"]): row
        for row in built.frame("select * from mart_funding_spreads_daily").to_dicts()
    }
    assert set(ours) == set(expected)
    for key, (spread, thinner) in expected.items():
        row, (asset, long, short, day) = ours[key], key
        assert (row["spread_apr"], row["thinner_leg_open_interest_usd"]) == pytest.approx((spread, thinner), rel=1e-6, abs=1e-9)
        assert row["spread_apr"] == -ours[asset, short, long, day]["spread_apr"]
        known = [ours.get((asset, long, short, day - timedelta(days=back))) for back in range(30)]
        signs = [_sign(other["spread_apr"]) for other in known if other]
        assert (row["days_30d"], row["persistence_30d"]) == (len(signs), signs.count(signs[0]))


def _legs(built: House, truth: Truth, last: date) -> dict[tuple[str, date], tuple[dict[str, float], dict[str, float]]]:
    """Asset and day → funding a year and open interest, by venue; weights as published, rates as they truly were."""
    venues = _perpetual(built)
    held = {
        (row["market_id"], row["date"]): row["open_interest_usd"] for row in built.frame("select * from fct_open_interest_daily").to_dicts()
    }
    traded = {(row["market_id"], row["date"]): row["volume_usd"] for row in truth.daily_volume().to_dicts()}
    settled = set(built.frame("select distinct market_id, cast(settled_at as date) as date from fct_funding_rates").rows())
    rates: dict[tuple[str, date, str], dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in in_our_names(truth.funding()).filter(pl.col("date") <= last).to_dicts():
        if row["underlying_class"] == "crypto" and row["venue"] in venues and (row["market_id"], row["date"]) in settled:
            rates[row["asset"], row["date"], row["venue"]][row["market_id"]].append((row["funding_rate"], row["funding_interval_hours"]))
    legs: dict[tuple[str, date], tuple[dict[str, float], dict[str, float]]] = defaultdict(lambda: ({}, {}))
    for (asset, day, venue), markets in rates.items():
        hourly = {market: sum(rate for rate, _ in paid) / sum(hours for _, hours in paid) for market, paid in markets.items()}
        open_interest = {market: held[market, day] for market in markets if held.get((market, day))}
        volume = {market: traded[market, day] for market in markets if traded.get((market, day))}
        weights = open_interest if sum(volume.get(market, 0) for market in open_interest) >= 0.5 * sum(volume.values()) else volume
        if open_interest:
            yearly = sum(hourly[market] * weight for market, weight in weights.items()) / sum(weights.values()) * 24 * 365
            legs[asset, day][0][venue], legs[asset, day][1][venue] = yearly, sum(open_interest.values())
    return legs


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def compare_liquidations_of_assets(built: House) -> None:
    """Per asset and day: the total of all venues where there is one, else sum and list of the venues that published."""
    sums: dict[tuple[str, date], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in built.frame("select * from fct_liquidations_daily").to_dicts():
        sums[row["asset"], row["date"]][row["venue"]] += row["liquidated_usd"]
    ours = built.frame("select * from mart_asset_daily where liquidations_coverage is not null").to_dicts()
    crypto = set(built.frame("select distinct asset from dim_markets where underlying_class = 'crypto'")["asset"])
    assert {(row["asset"], row["date"]) for row in ours} == {key for key in sums if key[0] in crypto}
    for row in ours:
        of_venues = sums[row["asset"], row["date"]]
        counted = {"all_venues": of_venues["all_venues"]} if "all_venues" in of_venues else of_venues
        assert row["liquidations_coverage"] == ",".join(sorted(counted))
        assert row["liquidations_usd"] == pytest.approx(sum(counted.values()), **CLOSE)


def compare_reconciliations(built: House, truth: Truth, last: date) -> None:
    """DefiLlama, CoinGlass, the archive and the chain tell the truth of the venues: nothing is apart, and volume is the same."""
    where = "other_source in ('defillama', 'coinglass', 'binance', 'hypurrscan')"  # a list of exchanges is of the hour of the run
    rows = built.query(
        f"select metric, subject, date, other_source, ratio, is_within_tolerance from mart_reconciliation_daily where {where}"
    )
    evening = [row for row in rows if (row[0], row[3]) == ("open_interest", "coinglass")]  # told at 20:00, hours before the day's end
    assert [row for row in rows if not row[5] and row not in evening] == []
    assert [row for row in evening if not 0.5 < row[4] < 2] == []
    assert {"binance", "bybit", "okx", "hyperliquid"} <= {row[1] for row in evening}
    volumes = {(subject, day): ratio for metric, subject, day, source, ratio, _ in rows if (metric, source) == ("volume", "defillama")}
    told = {one.protocol for one in truth.protocols if one.venue}
    traded = truth.daily_volume().filter((pl.col("date") <= last) & pl.col("venue").is_in(list(told)))
    assert volumes.keys() == set(traded.select("venue", "date").unique().iter_rows())
    assert max(abs(ratio - 1) for ratio in volumes.values()) < 1e-6
    compared = {(metric, source) for metric, _, _, source, _, _ in rows}
    assert compared == {
        ("volume", "defillama"), ("open_interest", "defillama"), ("volume", "binance"), ("open_interest", "binance"),
        ("asset_open_interest", "coinglass"), ("open_interest", "coinglass"), ("fees", "hypurrscan"),
    }  # fmt: skip
