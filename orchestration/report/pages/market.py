"""Market: how large it is, who holds it, how concentrated it is, and how much of it was seen."""

from orchestration.report.drawing import bars, bars_and_lines, lines, stacked_by
from orchestration.report.page import Chart, Column, Page, Section, Table, Tiles

OVERVIEW = "mart_market_overview_daily"
FIRST = 8  # venues with a colour of their own where all are stacked

SIZE = [
    Tiles(
        "today",
        "The newest day",
        "",
        f"""
            select
                date, volume_usd, volume_usd_change_1d as volume_usd_change, open_interest_usd,
                open_interest_usd_change_1d as open_interest_usd_change, dex_volume_share, top3_volume_share, funding_rate_apr,
                liquidations_usd, perp_to_spot_ratio, venues_reported || ' of ' || venues_expected as venues
            from {OVERVIEW} where date = {{newest}}""",
        [
            f"{OVERVIEW}.{name}"
            for name in (
                "volume_usd",
                "volume_usd_change_1d",
                "open_interest_usd",
                "open_interest_usd_change_1d",
                "dex_volume_share",
                "top3_volume_share",
                "funding_rate_apr",
                "liquidations_usd",
                "perp_to_spot_ratio",
                "venues_reported",
                "venues_expected",
            )
        ],
        ignores=["date"],
        columns=[
            Column("volume_usd", "Volume of the day", "usd"),
            Column("open_interest_usd", "Open interest", "usd"),
            Column("dex_volume_share", "Traded on DEXs", "share"),
            Column("top3_volume_share", "Top 3 venues", "share"),
            Column("funding_rate_apr", "Funding, a year", "apr"),
            Column("liquidations_usd", "Liquidations", "usd"),
            Column("perp_to_spot_ratio", "Perpetuals to spot", "ratio"),
            Column("venues", "Venues seen", "text"),
        ],
    ),
    Chart(
        "volume",
        "Volume a day",
        "Bars: USD traded each UTC day, one side. Lines: means of 7 and 30 days.",
        f"select date, volume_usd, volume_usd_7d_avg, volume_usd_30d_avg from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.volume_usd", f"{OVERVIEW}.volume_usd_7d_avg", f"{OVERVIEW}.volume_usd_30d_avg"],
        drawing=bars_and_lines(
            Column("volume_usd", "Volume", "usd"),
            Column("volume_usd_7d_avg", "7-day mean", "usd"),
            Column("volume_usd_30d_avg", "30-day mean", "usd"),
        ),
    ),
    Chart(
        "open_interest",
        "Open interest",
        "What is open at the end of each day, counted once: the longs alone. A step may be a venue first seen: see Coverage.",
        f"select date, open_interest_usd from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.open_interest_usd"],
        drawing=lines(Column("open_interest_usd", "Open interest", "usd"), is_from_zero=True),
    ),
    Chart(
        "liquidations",
        "Liquidations",
        "Closed by force each day, on the venues that publish it; their number is under Coverage.",
        f"select date, liquidations_usd from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.liquidations_usd"],
        drawing=bars(Column("liquidations_usd", "Liquidations", "usd")),
    ),
    Chart(
        "funding",
        "What leverage costs",
        "Funding of all assets, weighted by open interest, a year. Above zero, longs pay shorts.",
        f"select date, funding_rate_apr from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.funding_rate_apr"],
        drawing=lines(Column("funding_rate_apr", "Funding", "apr"), is_from_zero=True),
    ),
]
SHARES = [
    Chart(
        "shares", "Who trades", f"Share of the day's volume: the {FIRST} largest venues of the newest 30 days, and all others.",
        f"""
            with largest as (
                select venue, row_number() over (order by sum(volume_usd) desc nulls last, venue) as place
                from mart_venue_share_daily where {{recent}} group by venue
            )

            select days.date, coalesce(largest.venue, 'others') as venue, sum(days.volume_share) as volume_share,
                min(coalesce(largest.place, 99)) as place
            from mart_venue_share_daily as days
            left join largest on days.venue = largest.venue and largest.place <= {FIRST}
            where {{kept}} and days.volume_share is not null
            group by days.date, coalesce(largest.venue, 'others') order by place, days.date""",
        ["mart_venue_share_daily.volume_share"],
        is_wide=True,
        drawing=stacked_by("venue", Column("volume_share", "Share of volume", "share")),
    ),
    Chart(
        "kinds", "Decentralised and regulated", "Their shares of volume and of open interest.",
        f"select date, dex_volume_share, dex_open_interest_share, regulated_volume_share from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.dex_volume_share", f"{OVERVIEW}.dex_open_interest_share", f"{OVERVIEW}.regulated_volume_share"],
        drawing=lines(
            Column("dex_volume_share", "DEXs, volume", "share"), Column("dex_open_interest_share", "DEXs, open interest", "share"),
            Column("regulated_volume_share", "Regulated, volume", "share"), is_from_zero=True),
    ),
    Chart(
        "concentration", "Concentration",
        "Shares of volume of the largest and the three largest venues, and the sum of squared shares (HHI).",
        f"select date, top1_volume_share, top3_volume_share, volume_hhi from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.top1_volume_share", f"{OVERVIEW}.top3_volume_share", f"{OVERVIEW}.volume_hhi"],
        drawing=lines(
            Column("top3_volume_share", "Three largest", "share"), Column("top1_volume_share", "Largest", "share"),
            Column("volume_hhi", "HHI, as a share of 1", "share"), is_from_zero=True),
    ),
    Table(
        "venues", "Venues on the newest day", "Largest first. Turnover: volume divided by open interest.", """
            select venue, kind, volume_usd, volume_share, open_interest_usd, open_interest_share, turnover, markets
            from mart_venue_share_daily where date = {newest} order by volume_usd desc nulls last, venue""",
        [f"mart_venue_share_daily.{name}" for name in (
            "kind", "volume_usd", "volume_share", "open_interest_usd", "open_interest_share", "turnover", "markets")],
        is_wide=True,
        columns=[
            Column("venue", "Venue", "text"), Column("kind", "Kind", "text"), Column("volume_usd", "Volume", "usd"),
            Column("volume_share", "of all", "share"), Column("open_interest_usd", "Open interest", "usd"),
            Column("open_interest_share", "of all", "share"), Column("turnover", "Turnover", "ratio"),
            Column("markets", "Markets", "count"),
        ],
    ),
]  # fmt: skip
COVERAGE = [
    Chart(
        "coverage", "Venues that reported", "How many venues each day's figures are of. Where a line falls, the sums above fall with it.",
        f"""
            select date, volume_venues_reported, open_interest_venues_reported, funding_venues_reported, liquidations_venues_reported
            from {OVERVIEW} where {{kept}} order by date""",
        [f"{OVERVIEW}.{name}_venues_reported" for name in ("volume", "open_interest", "funding", "liquidations")],
        drawing=lines(
            Column("volume_venues_reported", "Volume", "count"), Column("open_interest_venues_reported", "Open interest", "count"),
            Column("funding_venues_reported", "Funding", "count"), Column("liquidations_venues_reported", "Liquidations", "count"),
            is_from_zero=True, is_step=True),
    ),
    Chart(
        "spot", "Perpetuals to spot", "Volume of perpetuals for each USD of spot, over pairs that have both.",
        f"select date, perp_to_spot_ratio from {OVERVIEW} where {{kept}} order by date",
        [f"{OVERVIEW}.perp_to_spot_ratio", f"{OVERVIEW}.perp_to_spot_coverage", f"{OVERVIEW}.perp_to_spot_pairs"],
        drawing=lines(Column("perp_to_spot_ratio", "Perpetuals to spot", "ratio"), is_from_zero=True),
    ),
]  # fmt: skip
PAGE = Page(
    "market", "Market", "How large is the market of crypto perpetuals, who holds it, and how much of it was seen?",
    [Section("Size", SIZE), Section("Who holds it", SHARES), Section("How much was seen", COVERAGE)],
)  # fmt: skip
