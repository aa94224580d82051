"""Venue: what each venue trades and holds, in what, and what it did not give."""

from orchestration.report.drawing import heat, lines_by
from orchestration.report.page import Chart, Choice, Column, Page, Section, Table

SHARE, CELLS = "mart_venue_share_daily", "mart_venue_asset_daily"
LARGEST = "select venue from mart_venue_share_daily where {recent} group by venue order by sum(volume_usd) desc nulls last, venue"


def over_time(name: str, title: str, says: str, column: Column) -> Chart:
    """A line for each chosen venue."""
    query = f"select date, venue, {column.name} from {SHARE} where {{kept}} and {column.name} is not null order by venue, date"
    return Chart(name, title, says, query, [f"{SHARE}.{column.name}"], drawing=lines_by("venue", column))


SIDE_BY_SIDE = [
    Table(
        "newest", "Side by side", "The chosen venues on the newest day. A change compares only markets that were there on both days.", f"""
            select
                days.venue, coalesce(venues.name, days.venue) as name, days.kind, venues.design, days.volume_usd, days.volume_share,
                days.volume_usd_change_1d, days.open_interest_usd, days.open_interest_share, days.turnover, days.markets
            from {SHARE} as days left join dim_venues as venues on days.venue = venues.venue
            where days.date = {{newest}} order by days.volume_usd desc nulls last, days.venue""",
        ["dim_venues.design", *[f"{SHARE}.{name}" for name in (
            "volume_usd", "volume_share", "volume_usd_change_1d", "open_interest_usd", "open_interest_share", "turnover", "markets")]],
        is_wide=True,
        columns=[
            Column("name", "Venue", "text"), Column("kind", "Kind", "text"), Column("design", "Design", "text"),
            Column("volume_usd", "Volume", "usd"), Column("volume_share", "of all", "share"),
            Column("volume_usd_change_1d", "in a day", "share"), Column("open_interest_usd", "Open interest", "usd"),
            Column("open_interest_share", "of all", "share"), Column("turnover", "Turnover", "ratio"),
            Column("markets", "Markets", "count"),
        ],
    ),
    over_time("volume", "Volume", "USD traded each UTC day, one side.", Column("volume_usd", "Volume", "usd")),
    over_time("share", "Share of volume", "Of all venues that passed the checks that day.", Column("volume_share", "Share", "share")),
    over_time("interest", "Open interest", "At the end of the day, one side.", Column("open_interest_usd", "Open interest", "usd")),
    over_time(
        "turnover", "Turnover", "Volume divided by open interest: how often a day what is open changes hands.",
        Column("turnover", "Turnover", "ratio")),
]  # fmt: skip
WITHIN = [
    Chart(
        "assets", "What is traded where", "Each asset's part of a venue's volume of the newest 30 days; the 15 largest assets.", f"""
            with largest as (
                select asset from {CELLS} where {{recent}} group by asset order by sum(volume_usd) desc nulls last, asset limit 15
            ),

            sums as (select venue, asset, sum(volume_usd) as volume_usd from {CELLS} where {{recent}} group by venue, asset),

            parts as (
                select venue, asset, volume_usd, volume_usd / nullif(sum(volume_usd) over (partition by venue), 0) as part,
                    sum(volume_usd) over (partition by venue) as venue_usd, sum(volume_usd) over (partition by asset) as asset_usd
                from sums
            )

            select venue, asset, part, volume_usd from parts
            where asset in (select asset from largest) and part is not null
            order by venue_usd desc, venue, asset_usd desc, asset""",
        [f"{CELLS}.volume_usd", f"{CELLS}.asset"],
        ignores=["date"],
        drawing=heat(
            "venue", Column("part", "Part of the venue's volume", "share"),
            [Column("venue", "Venue", "text"), Column("asset", "Asset", "text"), Column("part", "Part", "share"),
             Column("volume_usd", "Volume, 30 days", "usd")], across="asset"),
    ),
    Chart(
        "missing", "What a venue did not give",
        "Quantities that a venue gives and did not give that day, over its assets. Pale: all came.", f"""
            select
                venue, date,
                count(case when volume_status = 'missing' then 1 end) + count(case when open_interest_status = 'missing' then 1 end)
                + count(case when funding_status = 'missing' then 1 end) + count(case when liquidations_status = 'missing' then 1 end)
                as missing
            from {CELLS} where {{year}} group by venue, date order by venue, date""",
        [f"{CELLS}.{name}_status" for name in ("volume", "open_interest", "funding", "liquidations")],
        drawing=heat(
            "venue", Column("missing", "Missing figures", "count"),
            [Column("venue", "Venue", "text"), Column("date", "Day", "day"), Column("missing", "Missing", "count")]),
    ),
]  # fmt: skip
PAGE = Page(
    "venue", "Venue", "What does each venue trade and hold, in what, and what did it not give?",
    [Section("Trading and holding", SIDE_BY_SIDE), Section("Within", WITHIN)],
    [Choice("venue", "Venues", LARGEST, are_many=True)],
)  # fmt: skip
