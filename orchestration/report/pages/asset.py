"""Asset: price and regime, what is traded and held, what it costs, and what was closed by force."""

from orchestration.report.drawing import bars, line_over_regimes, lines, lines_over_storms
from orchestration.report.page import Chart, Choice, Column, Page, Section, Table, Tiles

CASCADES, HOURS = "mart_liquidation_cascades", "mart_asset_hourly"
ASSETS, REGIMES, LEVERAGE, CELLS = "mart_asset_daily", "mart_market_regime_daily", "mart_leverage_daily", "mart_venue_asset_daily"
ODDS, CAME = "mart_storm_odds_daily", "mart_storm_outcomes_daily"
MOST = 30
LARGEST = f"select asset from {ASSETS} where {{recent}} group by asset order by avg(open_interest_usd) desc nulls last, asset limit {MOST}"
CHOSEN = f"asset in ({LARGEST})"


def over_time(columns: str, table: str = ASSETS) -> str:
    return f"select date, asset, {columns} from {table} where {{kept}} and {CHOSEN} order by asset, date"


def by_hour(columns: str) -> str:
    """The newest cascade of each asset, from a day before it began to a day after its lowest price."""
    return f"""
        with newest as (
            select asset, max(started_at) as started_at, max(ended_at) as ended_at from {CASCADES} where {CHOSEN} group by asset
        )
        select strftime(opened_at, '%Y-%m-%dT%H:00Z') as date, asset, {columns}
        from {HOURS} inner join newest using (asset)
        where opened_at between started_at - interval '24' hour and ended_at + interval '24' hour order by asset, opened_at"""


TODAY = Tiles(
    "today", "The newest day", "", f"""
        select days.asset, days.date, days.close, regimes.price_change_1d as close_change, days.volume_usd,
            days.volume_usd_change_1d as volume_usd_change, days.open_interest_usd,
            days.open_interest_usd_change_1d as open_interest_usd_change, days.funding_rate_apr, days.realised_volatility_7d,
            days.liquidations_usd, coalesce(regimes.regime, 'not known') as regime, days.venues
        from {ASSETS} as days left join {REGIMES} as regimes on days.asset = regimes.asset and days.date = regimes.date
        where days.date = {{newest}} and days.{CHOSEN} order by days.asset""",
    [f"{ASSETS}.{name}" for name in (
        "close", "volume_usd", "open_interest_usd", "funding_rate_apr", "realised_volatility_7d", "liquidations_usd", "venues")]
    + [f"{REGIMES}.regime"],
    ignores=["date"],
    columns=[
        Column("close", "Price", "price"), Column("volume_usd", "Volume of the day", "usd"),
        Column("open_interest_usd", "Open interest", "usd"), Column("funding_rate_apr", "Funding, a year", "apr"),
        Column("realised_volatility_7d", "Volatility, a year", "share"), Column("liquidations_usd", "Liquidations", "usd"),
        Column("regime", "Regime", "text"), Column("venues", "Venues", "count"),
    ],
)  # fmt: skip
PRICE = [
    TODAY,
    Chart(
        "price", "Price and regime",
        "The day's last price on the market that traded most, in its quote currency. Behind it the regime of the day; no colour: not known "
        "yet.", f"""
            select date, date + 1 as until, asset, days.close, regimes.regime
            from {ASSETS} as days left join {REGIMES} as regimes using (asset, date)
            where {{kept}} and {CHOSEN} order by asset, date""",
        [f"{ASSETS}.close", f"{REGIMES}.regime", f"{REGIMES}.reasons"],
        is_wide=True,
        drawing=line_over_regimes(Column("close", "Price", "price")),
    ),
    Chart(
        "volatility", "Realised volatility", "From the hourly closes of seven days, a year.",
        over_time("realised_volatility_7d"), [f"{ASSETS}.realised_volatility_7d"],
        drawing=lines(Column("realised_volatility_7d", "Volatility", "share"), is_from_zero=True),
    ),
    Chart(
        "storms", "Odds of a storm",
        "How often a storm followed past days in the state of the day, and any past day: a week whose volatility is in the top fifth of "
        "the year known on its eve. Beside it the volatility of the week before. Red: days that a storm followed, as is known now. No line "
        "of odds: not enough history, which is 28 such days. It tells no direction; what odds were worth: mart_storm_backtest.", f"""
            select date, date + 1 as until, asset, odds.odds, odds.base_rate, days.realised_volatility_7d,
                case when came.is_storm then 'a storm' end as came
            from {ASSETS} as days left join {ODDS} as odds using (asset, date) left join {CAME} as came using (asset, date)
            where {{kept}} and {CHOSEN} order by asset, date""",
        [f"{ODDS}.state", f"{ODDS}.odds", f"{ODDS}.base_rate", f"{CAME}.is_storm", f"{ASSETS}.realised_volatility_7d"],
        is_wide=True,
        drawing=lines_over_storms(
            Column("odds", "Odds of a storm", "share"), Column("base_rate", "After any day", "share"),
            Column("realised_volatility_7d", "Volatility, a year", "share")),
    ),
    Chart(
        "basis", "Distance from the index", "How far the perpetual is above its index: the day's means of the markets, weighted by volume.",
        over_time("basis"), [f"{ASSETS}.basis"],
        drawing=lines(Column("basis", "Basis", "rate"), is_from_zero=True),
    ),
]  # fmt: skip
SIZE = [
    Chart(
        "volume", "Volume", "USD traded each UTC day, one side, over all venues.", over_time("volume_usd"), [f"{ASSETS}.volume_usd"],
        drawing=bars(Column("volume_usd", "Volume", "usd")),
    ),
    Chart(
        "interest", "Open interest", "At the end of the day, one side.", over_time("open_interest_usd"), [f"{ASSETS}.open_interest_usd"],
        drawing=lines(Column("open_interest_usd", "Open interest", "usd"), is_from_zero=True),
    ),
    Chart(
        "funding", "Funding", "What longs pay shorts, a year, weighted as the definition says; below zero, shorts pay.",
        over_time("funding_rate_apr"), [f"{ASSETS}.funding_rate_apr", f"{ASSETS}.funding_weight"],
        drawing=lines(Column("funding_rate_apr", "Funding", "apr"), is_from_zero=True),
    ),
    Chart(
        "liquidations", "Liquidations by side", "Longs closed by force above, shorts below; the sides that are known.",
        over_time("long_liquidations_usd, -short_liquidations_usd as short_liquidations_usd"),
        [f"{ASSETS}.long_liquidations_usd", f"{ASSETS}.short_liquidations_usd", f"{ASSETS}.liquidations_coverage"],
        drawing=bars(Column("long_liquidations_usd", "Longs", "usd"), Column("short_liquidations_usd", "Shorts", "usd")),
    ),
    Chart(
        "leverage", "Leverage", "Open interest for each USD of market cap.", over_time("leverage", LEVERAGE), [f"{LEVERAGE}.leverage"],
        is_wide=True,
        drawing=lines(Column("leverage", "Leverage", "share"), is_from_zero=True),
    ),
]  # fmt: skip
VENUES = [
    Table(
        "venues", "At each venue", "The newest day, largest first. An empty cell is a figure that the venue did not give.", f"""
            select asset, venue, close, volume_usd, open_interest_usd, funding_rate_apr, premium, basis, liquidations_usd, markets
            from {CELLS} where date = {{newest}} and {CHOSEN} order by asset, volume_usd desc nulls last, venue""",
        [f"{CELLS}.{name}" for name in (
            "close", "volume_usd", "open_interest_usd", "funding_rate_apr", "premium", "basis", "liquidations_usd", "markets")],
        is_wide=True,
        columns=[
            Column("venue", "Venue", "text"), Column("close", "Price", "price"), Column("volume_usd", "Volume", "usd"),
            Column("open_interest_usd", "Open interest", "usd"), Column("funding_rate_apr", "Funding, a year", "apr"),
            Column("premium", "Premium", "rate"), Column("basis", "Basis", "rate"), Column("liquidations_usd", "Liquidations", "usd"),
            Column("markets", "Markets", "count"),
        ],
    ),
]  # fmt: skip
NONE = "No cascade of this asset is published."
FALLS = [
    Chart(
        "fall_price", "The newest cascade: price", "Hour by hour (UTC), from a day before it began to a day after its lowest price: the "
        "hour's last price on the market that traded most that day.", by_hour("close"), [f"{HOURS}.close", f"{CASCADES}.started_at"],
        ignores=["date"],
        empty=NONE,
        drawing=lines(Column("close", "Price", "price"), is_hourly=True),
    ),
    Chart(
        "fall_interest", "Open interest in it", "Since the first of these hours, in units of the asset, over the markets that were looked "
        "at in an hour and in the one before. No line: in no market.",
        by_hour("""case when open_interest_change_1h > -1
                then exp(sum(ln(1 + open_interest_change_1h)) over (partition by asset order by opened_at)) - 1 end as change"""),
        [f"{HOURS}.open_interest_change_1h"],
        ignores=["date"],
        empty="No hour of open interest is published of it.",
        drawing=lines(Column("change", "Open interest", "share"), is_from_zero=True, is_hourly=True),
    ),
    Chart(
        "fall_forced", "Liquidations in it", "Longs closed by force above, shorts below, each hour, at the venues that tell hours: a part "
        "of the market.",
        by_hour("long_liquidations_usd, -short_liquidations_usd as short_liquidations_usd"),
        [f"{HOURS}.long_liquidations_usd", f"{HOURS}.short_liquidations_usd", f"{HOURS}.liquidations_coverage"],
        ignores=["date"],
        empty="No hour of liquidations is published of it.",
        drawing=bars(
            Column("long_liquidations_usd", "Longs", "usd"), Column("short_liquidations_usd", "Shorts", "usd"), is_hourly=True),
    ),
    Chart(
        "fall_funding", "Funding in it", "What longs pay shorts per 8 hours at the rate that was settled last when the hour began; below "
        "zero, shorts pay.",
        by_hour("8 * funding_rate_1h as funding_rate_8h"), [f"{HOURS}.funding_rate_1h"],
        ignores=["date"],
        empty="No funding is published of it.",
        drawing=lines(Column("funding_rate_8h", "Funding, 8 h", "rate"), is_from_zero=True, is_step=True, is_hourly=True),
    ),
    Table(
        "cascades", "Cascades", "Falls of 8 % and three usual days, newest first, told afterwards. An empty cell is a figure that "
        "nobody gave; liquidations are those of the venues that tell hours, a part of the market.", f"""
            select asset, started_at, peak_at, ended_at, price_move, open_interest_change, open_interest_venues_reported as stock_venues,
                long_liquidations_usd, short_liquidations_usd, liquidations_venues_reported as forced_venues,
                funding_rate_8h_before, funding_rate_8h_after, venues_in_order, regained_24h
            from {CASCADES} where {CHOSEN} order by asset, started_at desc""",
        [f"{CASCADES}.{name}" for name in (
            "started_at", "peak_at", "ended_at", "price_move", "open_interest_change", "long_liquidations_usd", "short_liquidations_usd",
            "funding_rate_8h_before", "funding_rate_8h_after", "venues_in_order", "regained_24h")],
        ignores=["date"],
        is_wide=True,
        empty=NONE,
        columns=[
            Column("started_at", "Began", "moment"), Column("peak_at", "Fell most", "moment"), Column("ended_at", "Lowest", "moment"),
            Column("price_move", "Price", "share"), Column("open_interest_change", "Open interest, in units", "share"),
            Column("stock_venues", "of venues", "count"), Column("long_liquidations_usd", "Longs closed", "usd"),
            Column("short_liquidations_usd", "Shorts closed", "usd"), Column("forced_venues", "at venues", "count"),
            Column("funding_rate_8h_before", "Funding, 8 h, before", "rate"), Column("funding_rate_8h_after", "after", "rate"),
            Column("venues_in_order", "Who moved first", "text"), Column("regained_24h", "Back after a day", "share"),
        ],
    ),
]  # fmt: skip
PAGE = Page(
    "asset", "Asset", "What does an asset trade, hold, pay in funding and lose to liquidations, and in which regime is it?",
    [Section("Price", PRICE), Section("Size and cost", SIZE), Section("Where", VENUES), Section("Cascades", FALLS)],
    [Choice("asset", "Asset", LARGEST)],
)  # fmt: skip
