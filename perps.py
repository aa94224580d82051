"""What is published, for a Python program: `import perps`. Belongs here: opening it, and its tables as frames. Does not: what makes it.

In a wheel this module stands by itself, so that no name of the project gets into the program.

    with perps.connect("data") as warehouse:
        warehouse.sql("select date, volume_usd from mart_market_overview_daily order by date desc limit 3").show()
    days = perps.frame("mart_asset_daily", "data")
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import duckdb

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = ["connect", "frame"]

_TABLE = re.compile(r"\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)?\s*")


def connect(data_dir: str | Path | None = None) -> duckdb.DuckDBPyConnection:
    """The version that is out now, read-only, in UTC, with tables that need no schema; it stays that version until it is closed.

    `data_dir`: the data folder; else that of the setting PERPS_DATA_DIR (environment, then `.env` of the working folder), else `data`.
    Raises FileNotFoundError where nothing is published.
    """
    file = _folder(data_dir) / "published" / "current" / "perps.duckdb"
    if not file.is_file():
        raise FileNotFoundError(f"{file}: nothing published yet; run `perps sync` or `perps demo`, or name the data folder")
    connection = duckdb.connect(str(file), read_only=True)
    connection.execute("set timezone = 'UTC'; set search_path = 'marts,facts,quality'")
    return connection


@overload
def frame(
    table_or_query: str, data_dir: str | Path | None = None, *, parameters: Sequence[Any] = (), kind: Literal["polars"] = "polars"
) -> pl.DataFrame: ...
@overload
def frame(
    table_or_query: str, data_dir: str | Path | None = None, *, parameters: Sequence[Any] = (), kind: Literal["pandas"]
) -> pd.DataFrame: ...
def frame(
    table_or_query: str, data_dir: str | Path | None = None, *, parameters: Sequence[Any] = (), kind: Literal["polars", "pandas"] = "polars"
) -> pl.DataFrame | pd.DataFrame:
    """A published table, whole, or the answer to a query in which `?` stands for `parameters`, as a frame of polars or pandas.

    Raises FileNotFoundError where nothing is published, ImportError where pandas is asked for and not installed, duckdb.Error for a query
    that does not hold.
    """
    if kind not in ("polars", "pandas"):
        raise ValueError(f"kind={kind!r}: write 'polars' or 'pandas'")
    query = f"select * from {table_or_query}" if _TABLE.fullmatch(table_or_query) else table_or_query
    with connect(data_dir) as connection:
        answer = connection.execute(query, list(parameters)) if parameters else connection.execute(query)
        if kind == "polars":
            return answer.pl()
        try:
            return answer.df()
        except ImportError as error:
            raise ImportError(f"pandas is not installed ({error}): install it, or leave kind='polars'") from error


def _folder(data_dir: str | Path | None) -> Path:
    if data_dir is None:
        from dotenv import dotenv_values

        data_dir = os.environ.get("PERPS_DATA_DIR") or dotenv_values(".env").get("PERPS_DATA_DIR") or "data"
    return Path(data_dir).expanduser()
