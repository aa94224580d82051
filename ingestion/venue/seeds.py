"""The seeds that say what to fetch: protocols with their slugs and coins, and the coins behind traded assets.

Belongs here: reading a column. Does not: which column an adapter needs, or what the figures are used for (dbt reads the seeds itself).
"""

from __future__ import annotations

import csv
from pathlib import Path

from ingestion.errors import SettingsError
from ingestion.settings import Settings


def of_protocols(settings: Settings, column: str) -> list[str]:
    """Distinct values of a column of the protocols' seed. Raises SettingsError when the file or the column is missing."""
    return sorted(set(_column(settings.protocols_file, "PERPS_PROTOCOLS_FILE", column)))


def coins_of(settings: Settings, category: str) -> list[str]:
    """CoinGecko's ids of the protocols of a category. Raises SettingsError when the file or a column is missing."""
    categories = _column(settings.protocols_file, "PERPS_PROTOCOLS_FILE", "category", or_empty=True)
    coins = _column(settings.protocols_file, "PERPS_PROTOCOLS_FILE", "coingecko_id", or_empty=True)
    return sorted({coin for coin, one in zip(coins, categories, strict=True) if coin and one == category})


def of_assets(settings: Settings, column: str) -> list[str]:
    """Distinct values of a column of the assets' seed, in its order. Raises SettingsError when the file or the column is missing."""
    return list(dict.fromkeys(_column(settings.assets_file, "PERPS_ASSETS_FILE", column)))


def rows_of(settings: Settings, column: str, name: str) -> list[str]:
    """Where a name stands: the file, and the row by what is in its first column."""
    found = []
    for path in dict.fromkeys((settings.protocols_file, settings.assets_file)):
        with path.open(newline="", encoding="utf-8") as handle:
            found += [f"{path.name} row {next(iter(row.values()))}" for row in csv.DictReader(handle) if row.get(column) == name]
    return found


def coins(settings: Settings) -> list[str]:
    """CoinGecko's ids of all coins to follow, of protocols and of traded assets."""
    return sorted({*of_protocols(settings, "coingecko_id"), *of_assets(settings, "coingecko_id")})


def _column(path: Path, setting: str, column: str, *, or_empty: bool = False) -> list[str]:
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            return [row[column] for row in csv.DictReader(handle) if row[column] or or_empty]
    except (OSError, KeyError) as error:
        raise SettingsError(f"{setting}={path}: {type(error).__name__} {error}; it must be a CSV with the column {column}") from None
