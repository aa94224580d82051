"""What a house published, compared with the truth it was fetched from: equal to the last digit, or why it cannot be.

Belongs here: the comparisons, and by name what a venue's wire format cannot carry. Does not: which truth, and how it was fetched.
Days up to `last` are compared. Money and rates of every market; a market that shows less is compared in what it shows.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from house import House

from ingestion.sources.coinglass import EXCHANGES
from simulator import Truth

LAST_DIGIT = 5e-16  # a sum over markets may be rounded once more on either side
ROUNDED = {
    "jupiter": 1e-12,  # shorts are told in whole micro-dollars, of millions
    "perpetual_protocol": LAST_DIGIT,  # funding is told per day: times 24 there and divided by it here
}
WITHOUT_TRADES = [  # venues whose candles do not count trades
    "aevo",  # counts its public trades: the simulator serves four of them an hour
    "bingx",
    "bitget",
    "bybit",
    "deribit",
    "extended",
    "gate",
    "gmx",
    "kraken",
    "kucoin",
    "lighter",
    "mexc",
    "okx",
    "paradex",
    "perpetual_protocol",  # as aevo
]
COUNTS_TRADES = ["aevo", "perpetual_protocol"]
RENAMED = {"MATIC": "POL"}  # a coin that the simulated venues still call by its old name


def assert_equal(ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str], values: list[str], digits: float = 0.0) -> None:
    """Same keys on both sides, and every value the same double, or within `digits` of it where the truth was added up in floats."""
    both = ours.join(theirs, on=key, how="full", suffix="_truth", coalesce=True)
    assert len(both) == len(ours) == len(theirs) > 0, both.filter(pl.any_horizontal(pl.col(f"{values[0]}_truth", values[0]).is_null()))
    for value in values:
        wrong = both.filter(pl.col(value).ne_missing(pl.col(f"{value}_truth")))
        if digits:
            wrong = wrong.filter(((pl.col(value) / pl.col(f"{value}_truth") - 1).abs() > digits).fill_null(True))
        assert wrong.is_empty(), f"{value}: {wrong.select([*key, value, f'{value}_truth']).head(3)}"


def assert_told(ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str], values: list[str], venue: str, digits: float = 0.0) -> None:
    """The same, with the named venue's wire format apart."""
    apart = pl.col("venue") == venue
    assert_equal(ours.filter(~apart), theirs.filter(~apart), key, values, digits)
    assert_equal(ours.filter(apart), theirs.filter(apart), key, values, ROUNDED[venue])


def in_assets(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Quantities of 1000X markets in units of the asset, as the facts count them; powers of two keep this exact."""
    return frame.with_columns([pl.col(name) * pl.col("asset_multiplier") for name in columns])


def in_our_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Assets as the facts name them."""
    return frame.with_columns(pl.col("asset").replace(RENAMED))


def without_estimates(frame: pl.DataFrame) -> pl.DataFrame:
    """Kraken and Gate count their inverse contracts in USD alone: their base is an estimate."""
    estimated = pl.col("market_id").str.contains("^(kraken:PI_|gate:BTC_USD$)")
    return frame.with_columns(pl.when(~estimated).then("volume_base").alias("volume_base"))


def compare_candles(built: House, truth: Truth, last: date) -> None:
    theirs = in_assets(truth.candles(), "volume_base").filter(pl.col("date") <= last)
    theirs = theirs.with_columns(pl.when(~pl.col("venue").is_in(WITHOUT_TRADES)).then("trades").alias("trades"))
    ours = built.frame("select * from fct_candles_hourly")
    ours = ours.with_columns(pl.when(~pl.col("venue").is_in(COUNTS_TRADES)).then("trades").alias("trades"))
    assert_equal(
        without_estimates(ours),
        without_estimates(theirs),
        ["market_id", "opened_at"],
        ["open", "high", "low", "close", "volume_base", "volume_usd", "trades"],
    )


def compare_daily_volume(built: House, truth: Truth, last: date) -> None:
    theirs = in_assets(truth.daily_volume(), "volume_base").filter(pl.col("date") <= last)
    ours = built.frame("select * from fct_volume_daily")
    assert_equal(
        without_estimates(ours),
        without_estimates(theirs),
        ["market_id", "date"],
        ["open", "high", "low", "close", "volume_base", "volume_usd", "hours", "is_complete"],
    )


def compare_open_interest(built: House, truth: Truth, last: date) -> None:
    """The last of the day, and one side of it."""
    theirs = in_assets(truth.daily_open_interest(), "open_interest_base").filter(pl.col("date") <= last)
    theirs = theirs.filter(
        (pl.col("market_id") != "hyperliquid:MATIC") | (pl.col("date") < pl.col("date").max().over("market_id"))
    )  # its snapshot at 23:55 is empty
    # Bybit answers for the last hours of a market taken off, without a price: USD is at the candle's close
    ended = (pl.col("market_id") == "bybit:MATICUSDT") & (pl.col("date") == pl.col("date").max().over("market_id"))
    theirs, ours = theirs.filter(~ended), built.frame("select * from fct_open_interest_daily where venue <> 'cme'").filter(~ended)
    assert set(ours["side_convention"]) <= {"one_sided", "two_sided", "long_short"}  # what the source gives; the figures are one side
    inverse = pl.col("market_id").str.contains("_PERP$|-USD-SWAP$")  # base is rounded there: by contract size, or by the venue
    key, values = ["market_id", "date"], ["open_interest_usd", "open_interest_base"]
    assert_told(ours.filter(~inverse), theirs.filter(~inverse), key, values, "jupiter", LAST_DIGIT)
    assert_equal(ours.filter(inverse), theirs.filter(inverse), key, values[:1])


def compare_weekly_positions(built: House, truth: Truth, last: date) -> None:
    """What the CFTC's reports say was open on Tuesdays at 21:00 UTC, as far as they are out: a report is three days and a half old."""
    ours = built.frame("select * from fct_open_interest_daily where venue = 'cme'")
    days = [day for day in pl.date_range(truth.start.date(), last - timedelta(days=3), eager=True) if day.weekday() == 1]
    markets = [market for market in truth.markets if market.venue == "cme"]
    theirs = [(m.market_id, day, float(m.open_interest_base[(day - truth.start.date()).days * 24 + 21])) for m in markets for day in days]
    truths = pl.DataFrame(theirs, ["market_id", "date", "open_interest_base"], orient="row")
    assert_equal(ours.filter(pl.col("date") <= last - timedelta(days=3)), truths, ["market_id", "date"], ["open_interest_base"])


def compare_funding(built: House, truth: Truth, last: date) -> None:
    theirs = truth.funding().filter(pl.col("date") <= last)
    # REST knows no delisted symbol, and the archive has funding by the month, published in the next
    theirs = theirs.filter(pl.col("market_id") != "binance:MATICUSDT")
    apr = pl.col("funding_rate") * 24 / pl.col("funding_interval_hours") * 365
    theirs = theirs.with_columns(apr.alias("funding_rate_apr"))
    ours = built.frame("select * from fct_funding_rates where market_id <> 'binance:MATICUSDT'")
    key, told = ["market_id", "settled_at"], "perpetual_protocol"
    assert_told(ours, theirs, key, ["funding_rate", "funding_interval_hours", "funding_rate_8h"], told)
    assert_equal(ours, theirs, key, ["funding_rate_apr"], 1e-15)


def compare_liquidations(built: House, truth: Truth, last: date) -> None:
    """From the first day on: OKX keeps a day, and each has its snapshot. Kraken tells contracts: their USD is at the hour's close."""
    ours = built.frame("select * from fct_liquidations_daily where venue <> 'all_venues'")
    kept = ours.group_by("venue").agg(pl.col("date").min().alias("first"))
    assert set(kept.filter(first=truth.start.date())["venue"]) == set(kept["venue"])
    assert set(kept["venue"]) >= {"gate", "htx", "kraken", "lighter", "okx"}
    both = pl.col("venue").is_in(ours.filter(pl.col("side") == "both")["venue"].unique().to_list())  # no side in the source
    closes = truth.candles().select("market_id", "close", hour="opened_at")
    at_close = truth.liquidations().filter((pl.col("venue") == "kraken") & ~pl.col("market_id").str.contains("PI_"))
    at_close = at_close.with_columns(pl.col("liquidated_at").dt.truncate("1h").alias("hour")).join(closes, on=["market_id", "hour"])
    at_close = at_close.with_columns((pl.col("quantity_base") * pl.col("close")).alias("liquidated_usd"))
    as_told = truth.liquidations().join(at_close, on=["market_id", "liquidated_at"], how="anti")
    theirs = pl.concat([as_told, at_close.select(as_told.columns)]).join(kept, on="venue")
    theirs = theirs.filter(pl.col("date").is_between("first", last)).with_columns(
        pl.when(both).then(pl.lit("both")).otherwise("side").alias("side")
    )
    key = ["venue", "asset", "date", "side"]
    assert_equal(ours, in_our_names(theirs).group_by(key).agg(pl.col("liquidated_usd").sum()), key, ["liquidated_usd"], 1e-12)


def compare_aggregates(built: House, truth: Truth, last: date) -> None:
    """What all venues together hold and pay at the end of a day (the last rates settled, by what is open), and closed by force."""
    at_end = truth.open_interest().filter((pl.col("observed_at").dt.hour() == 23) & (pl.col("date") <= last))
    rates = truth.funding().select("market_id", pl.col("settled_at").alias("observed_at"), "funding_rate_8h").sort("observed_at")
    weighted = at_end.sort("observed_at").join_asof(rates, on="observed_at", by="market_id", check_sortedness=False).with_columns(
        usd=pl.col("open_interest_usd"), weight=pl.when(pl.col("funding_rate_8h").is_not_null()).then("open_interest_usd")
    )  # fmt: skip
    rate = ((pl.col("funding_rate_8h") * pl.col("weight")).sum() / pl.col("weight").sum()).alias("funding_rate_8h")
    ours = built.frame("select * from fct_asset_aggregates_daily")
    theirs = weighted.filter(pl.col("asset").is_in(ours["asset"].unique().to_list()))
    theirs = theirs.group_by("asset", "date").agg(pl.col("usd").sum().alias("aggregator_open_interest_usd"), rate)
    assert set(ours["asset"]) >= {"BTC", "ETH"}
    assert_equal(ours, theirs, ["asset", "date"], ["aggregator_open_interest_usd", "funding_rate_8h"], 1e-12)
    closed = built.frame("select * from fct_liquidations_daily where venue = 'all_venues' and liquidated_usd > 0")
    names = [name.lower() for name in EXCHANGES]
    forced = truth.liquidations().filter((pl.col("date") <= last) & pl.col("venue").is_in(names))
    forced = forced.filter(pl.col("asset").is_in(ours["asset"].unique().to_list()))
    key = ["asset", "date", "side"]
    assert_equal(closed, forced.group_by(key).agg(pl.col("liquidated_usd").sum()), key, ["liquidated_usd"], 1e-12)


def compare_marts(built: House, truth: Truth, last: date) -> None:
    """Volume of coins by venue and by asset; a venue without volume has a row of its open interest."""
    of_coins = (pl.col("date") <= last) & (pl.col("underlying_class") == "crypto")
    crypto = in_our_names(truth.daily_volume()).filter(of_coins)
    held = truth.daily_open_interest().filter(of_coins).select("venue", "date").unique()
    venues = crypto.group_by("venue", "date").agg(pl.col("volume_usd").sum()).join(held, on=["venue", "date"], how="full", coalesce=True)
    assert_equal(built.frame("select * from mart_venue_share_daily"), venues, ["venue", "date"], ["volume_usd"], LAST_DIGIT)
    assets = crypto.group_by("asset", "date").agg(pl.col("volume_usd").sum())
    ours = built.frame("select * from mart_asset_daily where volume_usd is not null")
    assert_equal(ours, assets, ["asset", "date"], ["volume_usd"], LAST_DIGIT)


def compare_venues_and_assets(built: House, truth: Truth, last: date) -> None:
    """What a coin trades, holds, pays and loses at a venue, from the truth's markets; nothing is missing, and nothing is there twice."""
    of_coins = (pl.col("date") <= last) & (pl.col("underlying_class") == "crypto")
    key, perpetual = ["venue", "asset", "date"], built.frame("select venue from dim_venues where product = 'perpetual'")["venue"].to_list()
    ours = built.frame("select * from mart_venue_asset_daily")
    traded = in_our_names(truth.daily_volume()).filter(of_coins)
    assert_equal(ours.drop_nulls("volume_usd"), traded.group_by(key).agg(pl.col("volume_usd").sum()), key, ["volume_usd"], LAST_DIGIT)
    is_whole = pl.col("asset") != "POL"  # on its last day MATIC has no snapshot, as `compare_open_interest` says
    held = in_our_names(truth.daily_open_interest()).filter(of_coins & is_whole & pl.col("venue").is_in(perpetual))
    sums = held.group_by(key).agg(pl.col("open_interest_usd").sum())
    assert_told(ours.drop_nulls("open_interest_usd").filter(is_whole), sums, key, ["open_interest_usd"], "jupiter", LAST_DIGIT)
    told = built.frame("select venue, asset, date, sum(liquidated_usd) as liquidations_usd from fct_liquidations_daily group by 1, 2, 3")
    both = ours.drop_nulls("liquidations_usd").join(told, on=key, suffix="_told")
    assert len(both) == len(ours.drop_nulls("liquidations_usd")) > 0
    assert both.filter((pl.col("liquidations_usd") - pl.col("liquidations_usd_told")).abs() > 1e-6).is_empty()
    one_market = traded.group_by(key).agg(pl.len(), pl.col("close").first()).filter(pl.col("len") == 1)
    assert len(ours.join(one_market, on=key)) > 100
