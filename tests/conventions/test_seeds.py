"""Seeds are data with their evidence: every row says where it was learnt, and names agree between files."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
SEEDS = sorted(ROOT.glob("*.csv"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def has_fact(row: dict[str, str], column: str) -> bool:
    """launched_source_url tells launched_on, token_model_source_url token_model; source_url tells the row."""
    fact = column.removesuffix("source_url").removesuffix("_")
    return not fact or bool(row[fact] if fact in row else row[f"{fact}_on"])


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_fact_has_its_source(path: Path) -> None:
    columns = [name for name in rows(path)[0] if name.endswith("source_url")]
    assert columns, "a seed says where its rows were learnt"
    for column in columns:
        expected = ["https" if has_fact(row, column) else "" for row in rows(path)]
        found = [urlsplit(row[column]).scheme for row in rows(path)]
        wrong = [number for number, pair in enumerate(zip(found, expected, strict=True), 2) if pair[0] != pair[1]]
        assert wrong == [], f"{path.name}: lines whose {column} is missing, or tells nothing"


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_rows_are_whole_and_not_repeated(path: Path) -> None:
    found = rows(path)
    assert [number for number, row in enumerate(found, 2) if None in row or None in row.values()] == []
    assert len({tuple(row.values()) for row in found}) == len(found)
    assert [value for row in found for value in row.values() if value != value.strip()] == []


def test_a_venue_run_by_a_protocol_names_one_that_exists() -> None:
    protocols = {row["protocol"] for row in rows(ROOT / "protocols.csv")}
    named = {row["protocol"] for row in rows(ROOT / "venues.csv") if row["protocol"]}
    parents = {row["parent_protocol"] for row in rows(ROOT / "protocols.csv") if row["parent_protocol"]}
    assert named <= protocols
    assert parents <= protocols


def test_a_part_is_of_one_whole_that_is_no_part_itself() -> None:
    """Else a sum over what is no part would lack it, or have it twice."""
    parents = {row["protocol"]: row["parent_protocol"] for row in rows(ROOT / "protocols.csv")}
    assert [protocol for protocol, parent in parents.items() if parent and parents[parent]] == []
    assert [row["part"] for row in rows(ROOT / "protocol_names.csv") if not parents[row["protocol"]]] == []


def test_a_token_of_two_seeds_has_one_id() -> None:
    """Else its price would be two coins', and a protocol's figures would follow another coin."""
    protocols = {row["token"]: row["coingecko_id"] for row in rows(ROOT / "protocols.csv") if row["token"]}
    for row in rows(ROOT / "asset_coins.csv"):
        assert protocols.get(row["asset"], row["coingecko_id"]) == row["coingecko_id"], row["asset"]


def test_no_asset_of_aggregators_is_listed_by_the_thousand() -> None:
    thousands = {row["asset"] for row in rows(ROOT / "asset_aliases.csv") if row["asset_multiplier"] != "1"}
    assert thousands & {row["asset"] for row in rows(ROOT / "asset_coins.csv")} == set()


def test_multipliers_are_whole_powers_that_their_prefix_says() -> None:
    """1000PEPE is 1000 PEPE, kPEPE too, 1MBABYDOGE a million: what the prefix says is what the seed says."""
    prefixes = {"1000000": 1_000_000, "1000": 1000, "10000": 10_000, "1M": 1_000_000, "k": 1000}
    for row in rows(ROOT / "asset_aliases.csv"):
        for prefix, multiplier in prefixes.items():
            if row["base_asset"] == prefix + row["asset"]:
                assert float(row["asset_multiplier"]) == multiplier, row["base_asset"]


def test_every_seed_is_described_beside_it() -> None:
    assert [path.name for path in SEEDS if not path.with_suffix(".yml").exists()] == []
