"""Settings: one typed class, read from the environment (prefix PERPS_) or `.env`. Nothing else reads the environment."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from ingestion.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What can be chosen. `PERPS_BASE_URL__<SOURCE>` replaces the live address of a source by a simulator, mirror or recording."""

    model_config = SettingsConfigDict(env_prefix="PERPS_", env_nested_delimiter="__", env_file=".env", extra="ignore")

    data_dir: Path = Field(Path("data"), description="folder of landing, raw, warehouse and publication")
    sources: Annotated[list[str], NoDecode] = Field(
        [], description="sources to use, comma-separated; empty: every source that needs no key"
    )
    base_url: dict[str, str] = Field({}, description="address to use in place of a source's live one, by source")
    markets: str = Field("*", description="globs over `symbol` or `source:symbol`, comma-separated, or `top:N` by 24 h volume")
    protocols_file: Path = Field(
        PROJECT_ROOT / "dbt_project" / "seeds" / "protocols.csv",
        description="seed whose `defillama_slug` column names the protocols to fetch",
    )
    assets_file: Path = Field(
        PROJECT_ROOT / "dbt_project" / "seeds" / "asset_coins.csv",
        description="seed whose columns `asset` and `coingecko_id` name the coins traded that belong to no protocol",
    )
    timeout_seconds: float = Field(30.0, gt=0, description="per attempt: connect, and each read")
    attempts: int = Field(5, ge=1, description="tries per request before the source counts as unreachable")
    retry_seconds: float = Field(0.5, ge=0, description="first pause between tries; doubles, with jitter")
    concurrency: int = Field(8, ge=1, description="requests under way per source")
    rate_limit_factor: float = Field(
        1.0, gt=0, description="share of a source's published budget to use; above 1 only for a simulator or mirror"
    )
    max_body_megabytes: int = Field(256, ge=1, description="a larger body is refused")

    @field_validator("sources", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("markets")
    @classmethod
    def _is_usable(cls, value: str) -> str:
        count = value.removeprefix("top:")
        if value.startswith("top:") and not (count.isdigit() and int(count) > 0):
            raise ValueError("write top:N with N a whole number above 0, or globs such as BTC*,SOLUSDT")
        return value

    @property
    def landing_dir(self) -> Path:
        return self.data_dir / "landing"

    @property
    def raw_dir(self) -> Path:
        return self.data_dir / "raw"

    @property
    def state_dir(self) -> Path:
        return self.data_dir / "state"

    @property
    def warehouse(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def ledger_dir(self) -> Path:
        return self.data_dir / "quality" / "gate_results"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    def api_key(self, variable: str) -> str | None:
        """The key in the named variable of the environment or `.env`; never logged or stored."""
        return os.environ.get(variable) or dotenv_values(".env").get(variable) or None

    def wants_market(self, source: str, symbol: str) -> bool:
        """Whether PERPS_MARKETS selects this symbol (a `top:N` selects all; the source ranks them)."""
        patterns = [part.strip() for part in self.markets.split(",")]
        return self.top_markets is not None or any(
            fnmatchcase(symbol, pattern) or fnmatchcase(f"{source}:{symbol}", pattern) for pattern in patterns
        )

    @property
    def top_markets(self) -> int | None:
        """N of `top:N`, else None."""
        return int(self.markets.removeprefix("top:")) if self.markets.startswith("top:") else None


def load_settings(**overrides: object) -> Settings:
    """Settings from environment and `.env` with overrides; data_dir becomes absolute. Raises SettingsError naming what is wrong."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except UnreadableSetting as error:
        cause = error.__cause__ or error
        raise SettingsError(f"{error}: {cause}; PERPS_BASE_URL is written per source, as PERPS_BASE_URL__BINANCE=http://…") from None
    except ValidationError as error:
        problems = "; ".join(f"PERPS_{'__'.join(map(str, e['loc'])).upper()}: {e['msg']} (got {e['input']!r})" for e in error.errors())
        raise SettingsError(problems) from None
    settings.data_dir = settings.data_dir.expanduser().resolve()
    return settings
