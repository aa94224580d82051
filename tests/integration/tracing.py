"""From a figure of the scorecard back to what it was made of: its policy as typed or measured, its raw row, the body received.

Belongs here: the walk. Does not: the houses it is walked in (test_figures_trace.py, test_recorded_fee_shares.py).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from house import House

SERIES = {"fees_usd": "dailyFees", "holders_reported_usd": "dailyHoldersRevenue"}
SEEDS = Path(__file__).parents[2] / "dbt_project/seeds"


def walk(house: House) -> Counter[str]:
    """Every row with fees, to its policy and its payloads; how many of each kind. An AssertionError names the row that leads nowhere."""
    typed = {row["policy_id"] for row in _seed("fee_share_policies")}
    raw, landed, parts = _series(house), _charts(house), _parts(house)
    walked: Counter[str] = Counter()
    columns = "protocol, date, defillama_slug, policy_id, fees_usd, holders_reported_usd, holders_accrued_usd"
    query = f"select {columns} from mart_protocol_scorecard_daily join dim_protocols using (protocol) where status = 'ok'"
    for row in house.frame(query).to_dicts():
        day = int(datetime.combine(row["date"], datetime.min.time(), UTC).timestamp())
        for name, data_type in SERIES.items():
            if row[name] is None:
                continue
            if (row["protocol"], data_type, day) in parts:
                assert parts[row["protocol"], data_type, day] == row[name], row
            else:
                keys = [(slug, data_type, day) for slug in _slugs(house)[row["protocol"]]]
                told = [raw[key] for key in keys if key in raw][: 1 if keys[0] in raw else None]
                seen = [landed(sha256)[key[0], day] for key, (_, sha256) in zip([key for key in keys if key in raw], told, strict=False)]
                assert sum(value for value, _ in told) == row[name] == sum(seen), row
            walked[name] += 1
        if row["policy_id"] is None:
            walked["without"] += 1
            assert row["holders_accrued_usd"] is None, row
            continue
        if row["policy_id"] == f"{row['protocol']}:parts":
            walked["parts"] += 1
        elif row["policy_id"] in typed:
            walked["typed"] += 1
        else:
            assert _measured(house, row["protocol"], row["policy_id"]), row
            walked["measured"] += 1
        walked["accrued"] += _accrued(house).get((row["protocol"], row["date"], row["policy_id"])) == row["holders_accrued_usd"]
    return walked


@cache
def _slugs(house: House) -> dict[str, list[str]]:
    """By protocol the slug of its own, then those of its parts, which add up to it where it has no series of its own."""
    found = house.query("select protocol, defillama_slug, parent_protocol from dim_protocols where defillama_slug is not null order by 1")
    slugs = {protocol: [slug] for protocol, slug, _ in found}
    for _, slug, parent in found:
        if parent is not None:
            slugs[parent].append(slug)
    return slugs


def _series(house: House) -> dict[tuple[str, str, int], tuple[float, str]]:
    """The newest version of each day in raw, with the hash of the body that it came in."""
    rows = pl.read_parquet(house.folder / "raw/defillama/dimension_series/*/part.parquet", hive_partitioning=False)
    newest = rows.filter(pl.col("adapter_type") == "fees").sort("_fetched_at")
    return {
        (row["slug"], row["data_type"], row["day"]): (row["value"], row["_payload_sha256"]) for row in newest.iter_rows(named=True)
    }  # fmt: skip


def _charts(house: House) -> Callable[[str], dict[tuple[str, int], float]]:
    """The figures of a received overview, or of one protocol's answer, by slug and day."""
    landing = pl.read_parquet(house.folder / "landing/defillama/*/*.parquet", columns=["sha256", "body"])
    bodies = dict(landing.iter_rows())

    @cache
    def chart(sha256: str) -> dict[tuple[str, int], float]:
        told = orjson.loads(bodies[sha256])
        if "protocols" not in told:
            return {(told["slug"], int(day)): value for day, value in told["totalDataChart"]}
        slugs = {row["name"]: row["slug"] for row in told["protocols"]}
        return {(slugs[name], day): value for day, values in told["totalDataChartBreakdown"] for name, value in values.items()}

    return chart


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))


def _parts(house: House) -> dict[tuple[str, str, int], float]:
    """What parts have in the breakdowns of received bodies, by protocol; those that raw names for a day."""
    rows = pl.read_parquet(house.folder / "raw/defillama/dimension_parts/*/part.parquet", hive_partitioning=False)
    landing = pl.read_parquet(house.folder / "landing/defillama/*/*.parquet", columns=["sha256", "body"])
    bodies = {sha256: dict(orjson.loads(body)["totalDataChartBreakdown"]) for sha256, body in landing.iter_rows()
              if sha256 in set(rows["_payload_sha256"])}  # fmt: skip
    by_name = {(row["part"], row["chain"]): row["protocol"] for row in _seed("protocol_names")}
    by_slug = {row["defillama_slug"]: row["protocol"] for row in _seed("protocols") if row["parent_protocol"]}
    found: dict[tuple[str, str, int], float] = {}
    newest = rows.filter(pl.col("adapter_type") == "fees").sort("_fetched_at")
    days = {(row["slug"], row["data_type"], row["day"]): row["_payload_sha256"] for row in newest.iter_rows(named=True)}
    for (_, data_type, day), sha256 in days.items():
        for chain, names in bodies[sha256].get(day, {}).items():  # none of a day that was withdrawn
            for name, value in names.items():
                part = name.lower().replace(" ", "-")
                protocol = by_name.get((part, chain)) or by_name.get((part, "*")) or by_slug.get(part)
                if protocol:
                    found[protocol, data_type, day] = found.get((protocol, data_type, day), 0) + value
    return found


def _measured(house: House, protocol: str, policy_id: str) -> bool:
    """Whether a body in landing holds what a measured policy was measured by."""
    named, kind, first = policy_id.split(":")
    assert (named, kind) == (protocol, "measured"), policy_id
    return bool(_measurements(house).get(protocol.split("_")[0], lambda day: False)(date.fromisoformat(first)))


@cache
def _measurements(house: House) -> dict[str, Callable[[date], bool]]:
    """By the first word of the protocol: was there an answer of, or a week around, this day whose body is in landing?"""

    def rows(source: str, entity: str) -> list[dict[str, Any]]:
        landed = pl.read_parquet(house.folder / f"landing/{source}/*/*.parquet", columns=["sha256"])["sha256"]
        found = pl.read_parquet(house.folder / f"raw/{source}/{entity}/*/part.parquet", hive_partitioning=False)
        return found.filter(pl.col("_payload_sha256").is_in(landed.to_list())).to_dicts()

    weeks = [(datetime.fromtimestamp(row["week_start"], UTC).date(), row) for row in rows("gmx_buybacks", "weeks")]
    answers = {row["observed_at"].date() for row in rows("dydx_chain", "revenue_shares")}
    pools = {row["observed_at"].date() for row in rows("orderly_staking", "pools")}
    return {
        "gmx": lambda day: any(0 <= (day - began).days < 7 for began, _ in weeks),
        "dydx": lambda day: day in answers,
        "orderly": lambda day: day in pools,
    }


@cache
def _accrued(house: House) -> dict[tuple[str, date, str], float]:
    """Holders' amounts added up from the allocations, each of which is its policy's share of the basis, to the millionth."""
    rows = house.frame("select * from fct_fee_allocations_daily").to_dicts()
    for row in rows:
        if row["policy_share"] is not None and row["claim"] != "held":  # what is bought by number comes out of the treasury's
            assert float(row["amount_usd"]) == pytest.approx(row["policy_share"] * row["basis_usd"], abs=1e-5), row
    totals: dict[tuple[str, date, str], Any] = {}
    for row in rows:
        key = (row["protocol"], row["date"], row["policy_id"])
        totals[key] = totals.get(key, 0) + (row["amount_usd"] if row["is_holders"] else 0)
    return {key: float(total) for key, total in totals.items()}
