"""The simulator's truth comes back from the published file, to the last digit that a double holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from house import House, days_from

from simulator import Simulator, Truth

DAYS = 24
LAST_DIGIT = 5e-16  # a sum over markets may be rounded once more on either side
LAST = datetime.now(UTC).date() - timedelta(days=1)  # the gate judges by the real clock which days are over
FIRST = LAST - timedelta(days=DAYS - 1)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(start=FIRST, days=DAYS + 1)


@pytest.fixture(scope="module")
def built(house: Callable[..., House], truth: Truth) -> Iterator[House]:
    with Simulator(truth, now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls())
        one.snapshots(simulator, days_from(FIRST, DAYS))
        outcome = one.sync(FIRST, LAST)
        assert outcome.exit_code == 0, outcome.problems
        yield one


def assert_equal(ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str], values: list[str], digits: float = 0.0) -> None:
    """Same keys on both sides, and every value the same double, or within `digits` of it where the truth was added up in floats."""
    both = ours.join(theirs, on=key, how="full", suffix="_truth", coalesce=True)
    assert len(both) == len(ours) == len(theirs) > 0
    for value in values:
        wrong = both.filter(pl.col(value).ne_missing(pl.col(f"{value}_truth")))
        if digits:
            wrong = wrong.filter((pl.col(value) / pl.col(f"{value}_truth") - 1).abs() > digits)
        assert wrong.is_empty(), f"{value}: {wrong.select([*key, value, f'{value}_truth']).head(3)}"


def in_assets(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Quantities of 1000X markets in units of the asset, as the facts count them; powers of two keep this exact."""
    return frame.with_columns([pl.col(name) * pl.col("asset_multiplier") for name in columns])


WITHOUT_TRADES = [  # venues whose candles do not count trades
    "aevo",  # counts its public trades: the simulator serves four of them an hour
    "bitget",
    "bybit",
    "deribit",
    "gate",
    "gmx",
    "kraken",
    "kucoin",
    "lighter",
    "mexc",
    "okx",
    "paradex",
]


def without_estimates(frame: pl.DataFrame) -> pl.DataFrame:
    """Kraken and Gate count their inverse contracts in USD alone: their base is an estimate."""
    estimated = pl.col("market_id").str.contains("^(kraken:PI_|gate:BTC_USD$)")
    return frame.with_columns(pl.when(~estimated).then("volume_base").alias("volume_base"))


def test_candles(built: House, truth: Truth) -> None:
    theirs = in_assets(truth.candles(), "volume_base").filter(pl.col("date") <= LAST)
    theirs = theirs.with_columns(pl.when(~pl.col("venue").is_in(WITHOUT_TRADES)).then("trades").alias("trades"))
    ours = built.frame("select * replace (case when venue <> 'aevo' then trades end as trades) from fct_candles_hourly")
    assert_equal(
        without_estimates(ours),
        without_estimates(theirs),
        ["market_id", "opened_at"],
        ["open", "high", "low", "close", "volume_base", "volume_usd", "trades"],
    )


def test_daily_volume(built: House, truth: Truth) -> None:
    theirs = in_assets(truth.daily_volume(), "volume_base").filter(pl.col("date") <= LAST)
    ours = built.frame("select * from fct_volume_daily")
    assert_equal(
        without_estimates(ours),
        without_estimates(theirs),
        ["market_id", "date"],
        ["open", "high", "low", "close", "volume_base", "volume_usd", "hours", "is_complete"],
    )


def test_open_interest_is_the_last_of_the_day_and_one_sided(built: House, truth: Truth) -> None:
    theirs = in_assets(truth.daily_open_interest(), "open_interest_base").filter(pl.col("date") <= LAST)
    theirs = theirs.filter(
        (pl.col("market_id") != "hyperliquid:MATIC") | (pl.col("date") < pl.col("date").max().over("market_id"))
    )  # its snapshot at 23:55 is empty
    # Bybit answers for the last hours of a market taken off, without a price: USD is at the candle's close
    last = (pl.col("market_id") == "bybit:MATICUSDT") & (pl.col("date") == pl.col("date").max().over("market_id"))
    theirs = theirs.filter(~last)
    ours = built.frame("select * from fct_open_interest_daily").filter(~last)
    assert set(ours["side_convention"]) <= {"one_sided", "two_sided", "long_short"}  # what the source gives; the figures are one side
    inverse = pl.col("market_id").str.contains("_PERP$|-USD-SWAP$")  # base is rounded there: by contract size, or by the venue
    assert_equal(
        ours.filter(~inverse), theirs.filter(~inverse), ["market_id", "date"], ["open_interest_usd", "open_interest_base"], LAST_DIGIT
    )
    assert_equal(ours.filter(inverse), theirs.filter(inverse), ["market_id", "date"], ["open_interest_usd"])


def test_funding(built: House, truth: Truth) -> None:
    theirs = truth.funding().filter(pl.col("date") <= LAST)
    # REST knows no delisted symbol, and the archive has funding by the month, published in the next
    theirs = theirs.filter(pl.col("market_id") != "binance:MATICUSDT")
    ours = built.frame("select * from fct_funding_rates where market_id <> 'binance:MATICUSDT'")
    values = ["funding_rate", "funding_interval_hours", "funding_rate_8h"]
    assert_equal(ours, theirs, ["market_id", "settled_at"], values)
    off = "abs(funding_rate_apr - funding_rate * 8760 / funding_interval_hours) > 1e-15 * abs(funding_rate_apr)"
    apr = built.query(f"select count(*) from fct_funding_rates where {off} or funding_rate_apr is null")
    assert apr == [(0,)]


def test_liquidations(built: House, truth: Truth) -> None:
    """OKX keeps those of the last days only, and the first of these days is cut."""
    ours = built.frame("select * from fct_liquidations_daily")
    first = pl.when(pl.col("venue") == "okx").then(ours.filter(venue="okx")["date"].min()).otherwise(FIRST - timedelta(days=1))
    ours = ours.filter(pl.col("date") > first)
    assert set(ours["venue"]) >= {"gate", "htx", "hyperliquid", "lighter", "okx"}
    both = pl.col("venue").is_in(ours.filter(pl.col("side") == "both")["venue"].unique().to_list())  # no side in the source
    theirs = truth.liquidations().filter((pl.col("date") <= LAST) & pl.col("venue").is_in(ours["venue"].unique().to_list()))
    theirs = theirs.filter(pl.col("date") > first).with_columns(pl.when(both).then(pl.lit("both")).otherwise("side").alias("side"))
    key = ["venue", "asset", "date", "side"]
    assert_equal(ours, theirs.group_by(key).agg(pl.col("liquidated_usd").sum()), key, ["liquidated_usd"], 1e-12)


def test_marts_add_up_to_the_truth(built: House, truth: Truth) -> None:
    daily = (
        truth.daily_volume()
        .filter(pl.col("date") <= LAST)
        .join(truth.instruments().select("market_id", "underlying_class").unique(), on="market_id")
    )
    crypto = daily.filter(pl.col("underlying_class") == "crypto")
    venues = crypto.group_by("venue", "date").agg(pl.col("volume_usd").sum())
    assert_equal(built.frame("select * from mart_venue_share_daily"), venues, ["venue", "date"], ["volume_usd"], LAST_DIGIT)
    assets = crypto.group_by("asset", "date").agg(pl.col("volume_usd").sum())
    assert_equal(
        built.frame("select * from mart_asset_daily where volume_usd is not null"), assets, ["asset", "date"], ["volume_usd"], LAST_DIGIT
    )


def test_shares_add_to_one_each_day(built: House) -> None:
    sums = built.query("select date, sum(volume_share), sum(open_interest_share) from mart_venue_share_daily group by date")
    assert len(sums) == DAYS
    assert all(abs(volume - 1) < 1e-12 and abs(interest - 1) < 1e-12 for _, volume, interest in sums)


def test_protocol_figures(built: House, truth: Truth) -> None:
    theirs = truth.protocol_series().filter(
        (pl.col("date") <= LAST) & pl.col("metric").is_in(["fees", "revenue", "holders_revenue", "supply_side_revenue"])
    )
    ours = built.frame("select * from fct_protocol_metrics_daily where status = 'ok' and source = 'defillama'")
    both = ours.join(theirs, on=["protocol", "metric", "date"], suffix="_truth")
    assert len(both) >= 4 * DAYS
    assert both.filter(pl.col("value_usd") != pl.col("value_usd_truth")).is_empty()


def test_caps_are_closing_prices_times_supplies(built: House, truth: Truth) -> None:
    ours = built.frame("select * from fct_token_prices_daily where supply_source = 'coingecko' and market_cap_source = 'coingecko'")
    supplies = {asset.name: (asset.circulating_supply, asset.total_supply) for asset in truth.assets.values()}
    closes = {(row["token"], row["date"]): row["price_usd"] for row in truth.token_prices().to_dicts() if row["observed_at"].hour == 23}
    assert len(ours) == len(ours["token"].unique()) * DAYS > 5 * DAYS
    for row in ours.to_dicts():
        price, supply = closes[row["token"], row["date"]], (row["circulating_supply"], row["total_supply"])
        caps = (row["price_usd"], row["market_cap_usd"], row["fdv_usd"])
        assert (supply, caps) == (supplies[row["token"]], (price, price * supply[0], price * supply[1]))


def test_everything_says_it_is_simulated(built: House) -> None:
    with built.open() as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where table_name <> 'publication'"
        ).fetchall()
        assert len(tables) >= 15
        for table, comment in tables:
            assert comment.startswith("SIMULATED DATA"), table
            assert connection.execute(f"select count(*) from {table} where not is_simulated").fetchall() == [(0,)]


def test_a_published_row_leads_to_its_payload(built: House) -> None:
    market, at, volume = built.query(
        "select symbol, epoch_ms(opened_at), volume_usd from fct_candles_hourly where source = 'hyperliquid' limit 1"
    )[0]
    raw = pl.read_parquet(built.folder / "raw/hyperliquid/candles/*/part.parquet", hive_partitioning=False)
    row = raw.filter((pl.col("coin") == market) & (pl.col("open_time") == at)).row(0, named=True)
    assert row["volume"] * row["close"] == pytest.approx(volume, rel=1e-12)
    landed = pl.read_parquet(built.folder / "landing/hyperliquid/*/*.parquet").filter(pl.col("sha256") == row["_payload_sha256"])
    assert len(landed) == 1
    assert str(at).encode() in landed["body"][0]
