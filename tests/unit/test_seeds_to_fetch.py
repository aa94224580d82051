"""The seeds that say what to fetch: coins of protocols and of traded assets, each once; a setting that leads nowhere is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import SettingsError
from ingestion.venue import seeds


@pytest.fixture
def settings(make_settings: Any, tmp_path: Path) -> Any:
    (tmp_path / "protocols.csv").write_text("protocol,coingecko_id,defillama_slug\ngmx,gmx,gmx\nhyperliquid,hyperliquid,\nvertex,,\n")
    (tmp_path / "assets.csv").write_text("asset,coingecko_id\nSOL,solana\nBTC,bitcoin\nHYPE,hyperliquid\n")
    return make_settings(protocols_file=tmp_path / "protocols.csv", assets_file=tmp_path / "assets.csv")


def test_a_coin_of_both_seeds_is_one(settings: Any) -> None:
    assert seeds.coins(settings) == ["bitcoin", "gmx", "hyperliquid", "solana"]


def test_assets_keep_their_order_and_empty_cells_are_nothing(settings: Any) -> None:
    assert seeds.of_assets(settings, "asset") == ["SOL", "BTC", "HYPE"]
    assert seeds.of_protocols(settings, "defillama_slug") == ["gmx"]


def test_the_seeds_of_the_project_are_read(make_settings: Any) -> None:
    found = make_settings()
    assert {"bitcoin", "solana", "gmx", "bittensor"} <= set(seeds.coins(found))
    assert seeds.of_assets(found, "asset")[:3] == ["BTC", "ETH", "SOL"]


ODD = {"absent.csv": "PERPS_ASSETS_FILE: there is no such file .*absent.csv", "odd.csv": "PERPS_ASSETS_FILE=.*odd.csv.*column asset"}


@pytest.mark.parametrize("name", ODD)
def test_a_seed_that_cannot_be_read_names_its_setting(name: str, make_settings: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("name\nBTC\n")
    with pytest.raises(SettingsError, match=ODD[name]):
        seeds.of_assets(make_settings(assets_file=tmp_path / name), "asset")
