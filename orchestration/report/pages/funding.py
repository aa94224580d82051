"""Funding and spreads: what leverage costs by asset and venue, and which pairs of venues pay after costs."""

from orchestration.report.drawing import dots, heat, lines_by
from orchestration.report.page import Chart, Choice, Column, Page, Section, Table
from orchestration.report.pages.asset import ASSETS, CELLS, CHOSEN, LARGEST

SPREADS = "mart_funding_spreads_daily"
PAIR = [
    Column("asset", "Asset", "text"), Column("long_venue", "Long at", "text"), Column("short_venue", "Short at", "text"),
    Column("spread_apr", "Spread, a year", "apr"), Column("persistence_30d", "Days of same sign", "count"),
    Column("thinner_leg_open_interest_usd", "Thinner leg", "usd"), Column("round_trip_cost_bps", "Costs", "bps"),
    Column("breakeven_days", "Days to pay them", "days"),
]  # fmt: skip
PAIRS = f"""
    select asset, long_venue, short_venue, spread_apr, persistence_30d, days_30d, thinner_leg_open_interest_usd, round_trip_cost_bps,
        breakeven_days
    from {SPREADS} where date = {{newest}} and spread_apr > 0 and thinner_leg_open_interest_usd > """
OF_PAIRS = [f"{SPREADS}.{name}" for name in (
    "spread_apr", "persistence_30d", "thinner_leg_open_interest_usd", "round_trip_cost_bps", "breakeven_days")]  # fmt: skip

COST = [
    Chart(
        "map", "What leverage costs", "Funding a year, weighted by open interest; the largest assets by open interest, largest first.", f"""
            with largest as (
                select asset, row_number() over (order by avg(open_interest_usd) desc nulls last, asset) as place
                from {ASSETS} where {{recent}} group by asset
            )

            select days.asset, days.date, days.funding_rate_apr
            from {ASSETS} as days inner join largest on days.asset = largest.asset and largest.place <= 25
            where {{year}} and days.funding_rate_apr is not null order by largest.place, days.date""",
        [f"{ASSETS}.funding_rate_apr", f"{ASSETS}.funding_weight"],
        ignores=["asset"],
        is_wide=True,
        drawing=heat(
            "asset", Column("funding_rate_apr", "Funding, a year", "apr"),
            [Column("asset", "Asset", "text"), Column("date", "Day", "day"), Column("funding_rate_apr", "Funding, a year", "apr")],
            is_diverging=True),
    ),
]  # fmt: skip
TERMS = [
    Chart(
        "terms", "Funding by horizon",
        "The chosen asset: what longs paid a year, as the mean of the last 1, 7, 30 and 90 days up to the newest, at the venues where "
        "most of it is open. An empty cell: a tenth or more of these days has no figure.", f"""
            with ranked as (
                select asset, venue, row_number() over (partition by asset order by avg(open_interest_usd) desc nulls last, venue) as place
                from {CELLS} where {{recent}} and {CHOSEN} group by asset, venue
            ),

            means as (
                select days.asset, days.venue, ranked.place, spans.days, avg(days.funding_rate_apr) as funding_rate_apr,
                    count(days.funding_rate_apr) as known
                from (values (1), (7), (30), (90)) as spans (days)
                inner join {CELLS} as days on days.date > {{newest}} - spans.days and days.date <= {{newest}}
                inner join ranked on days.asset = ranked.asset and days.venue = ranked.venue and ranked.place <= 12
                group by days.asset, days.venue, ranked.place, spans.days
            )

            select asset, venue, days || ' d' as horizon, case when known > 0.9 * days then funding_rate_apr end as funding_rate_apr,
                known from means order by asset, place, days""",
        [f"{CELLS}.funding_rate_apr"],
        ignores=["date"],
        drawing=heat(
            "venue", Column("funding_rate_apr", "Funding, a year", "apr"),
            [Column("venue", "Venue", "text"), Column("horizon", "Mean of", "text"), Column("funding_rate_apr", "Funding, a year", "apr"),
             Column("known", "Days with a figure", "count")], is_diverging=True, across="horizon"),
    ),
]  # fmt: skip
SPREAD = [
    Table(
        "pairs", "Best pairs after costs",
        "The newest day: pairs whose thinner leg has at least 1m USD open and whose spread had its sign on 15 of 30 days. "
        "Those that pay their fees soonest first.",
        PAIRS + """1e6 and persistence_30d >= 15
    order by breakeven_days nulls last, spread_apr desc, asset, long_venue, short_venue limit 60""",
        OF_PAIRS,
        ignores=["asset"],
        is_wide=True,
        columns=PAIR,
    ),
    Chart(
        "sizes", "Spread and size",
        "Each dot is a pair on the newest day: right, more can be done; up, it earns more; larger, it lasts longer.",
        PAIRS + """0 order by spread_apr * sqrt(thinner_leg_open_interest_usd) desc, asset, long_venue, short_venue limit 400""",
        OF_PAIRS,
        ignores=["asset"],
        drawing=dots(
            Column("thinner_leg_open_interest_usd", "Open interest of the thinner leg", "usd"),
            Column("spread_apr", "Spread a year", "apr"),
            Column("persistence_30d", "Days of same sign", "count"), PAIR, is_log=True),
    ),
    Chart(
        "venues", "Funding by venue", "The chosen asset at the six venues where most of it is open, a year.", f"""
            with ranked as (
                select asset, venue, row_number() over (partition by asset order by avg(open_interest_usd) desc nulls last, venue) as place
                from {CELLS} where {{recent}} and {CHOSEN} group by asset, venue
            )

            select days.date, days.asset, days.venue, days.funding_rate_apr
            from {CELLS} as days inner join ranked on days.asset = ranked.asset and days.venue = ranked.venue and ranked.place <= 6
            where {{year}} and days.funding_rate_apr is not null order by days.asset, ranked.place, days.date""",
        [f"{CELLS}.funding_rate_apr"],
        drawing=lines_by("venue", Column("funding_rate_apr", "Funding", "apr")),
    ),
]  # fmt: skip
PAGE = Page(
    "funding", "Funding and spreads", "What does leverage cost, where, and which pairs of venues pay after costs?",
    [Section("Cost", COST), Section("Terms", TERMS), Section("Spreads", SPREAD)],
    [Choice("asset", "Asset", LARGEST)],
)  # fmt: skip
