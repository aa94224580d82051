"""Tokens: who is paid of a protocol's fees, accrued and reported, what is left after incentives and unlocks, and how sure it is."""

from orchestration.report.drawing import bars_and_lines, dots, line_in_band, lines, lines_by, stacked_by
from orchestration.report.page import Chart, Choice, Column, Page, Section, Table

CARD, NARRATIVES, ALLOCATIONS = "mart_protocol_scorecard_daily", "mart_token_narratives_daily", "fct_fee_allocations_daily"
LARGEST = f"""
    select protocol from {CARD} where {{recent}} and fees_usd is not null
    group by protocol order by sum(fees_usd) desc, protocol limit 40"""
MONTH = f"""
    select
        protocol, any_value(token_model order by date desc) as token_model, avg(volume_usd) as volume_usd, sum(fees_usd) as fees_usd,
        sum(take_rate_bps * volume_usd) / nullif(sum(case when take_rate_bps is not null then volume_usd end), 0) as take_rate_bps,
        sum(case when fees_usd is not null then holders_accrued_usd end)
        / nullif(sum(case when holders_accrued_usd is not null then fees_usd end), 0) as accrued_share,
        sum(holders_accrued_share_low * fees_usd) / nullif(sum(case when holders_accrued_share_low is not null then fees_usd end), 0)
            as accrued_low,
        sum(holders_accrued_share_high * fees_usd) / nullif(sum(case when holders_accrued_share_high is not null then fees_usd end), 0)
            as accrued_high,
        any_value(holders_reported_share_90d order by date desc) as reported_share,
        any_value(holder_yield order by date desc) as holder_yield, any_value(net_real_yield order by date desc) as net_real_yield,
        any_value(net_of_dilution_yield order by date desc) as net_of_dilution_yield,
        any_value(price_to_fees order by date desc) as price_to_fees, any_value(market_cap_usd order by date desc) as market_cap_usd,
        any_value(policy_status order by date desc) as policy_status, any_value(token_return_90d order by date desc) as token_return_90d,
        any_value(token_drawdown_365d order by date desc) as token_drawdown_365d, count(fees_usd) as days
    from {CARD} where {{recent}} and not is_part
    group by protocol having sum(fees_usd) > 0 order by fees_usd desc, protocol"""
OF_MONTH = [f"{CARD}.{name}" for name in (
    "volume_usd", "fees_usd", "take_rate_bps", "holders_accrued_share", "holders_accrued_share_low", "holders_accrued_share_high",
    "holders_reported_share_90d", "holder_yield", "net_real_yield", "net_of_dilution_yield", "price_to_fees", "market_cap_usd",
    "token_model", "policy_status", "token_return_90d", "token_drawdown_365d")]  # fmt: skip


def of_protocol(columns: str, table: str = CARD) -> str:
    return f"select date, protocol, {columns} from {table} where {{kept}} and protocol in ({LARGEST.strip()}) order by protocol, date"


SIDE_BY_SIDE = [
    Table(
        "card", "Who is paid",
        "The newest 30 days, most fees first. Accrued: due by the dated rule; low and high: how far the sources of the rule disagree. "
        "Reported: what DefiLlama saw arrive, over 90 days. Rule: policy_suspect is far off what is reported, unchecked has nothing "
        "reported to check it by. An empty cell is not known; it is not zero. Yields, price and cap are the newest "
        "known of these days. Parts of a protocol are in its row.",
        MONTH, OF_MONTH, ignores=["protocol", "date"], is_wide=True,
        columns=[
            Column("protocol", "Protocol", "text"), Column("token_model", "Token", "text"), Column("volume_usd", "Volume a day", "usd"),
            Column("fees_usd", "Fees", "usd"), Column("take_rate_bps", "Take rate", "bps"), Column("accrued_share", "Accrued", "share"),
            Column("accrued_low", "low", "share"), Column("accrued_high", "high", "share"), Column("reported_share", "Reported", "share"),
            Column("policy_status", "Rule", "text"),
            Column("holder_yield", "Yield", "apr"), Column("net_real_yield", "after incentives", "apr"),
            Column("net_of_dilution_yield", "and unlocks", "apr"), Column("token_return_90d", "Token, 90 d", "share"),
            Column("token_drawdown_365d", "from its high", "share"), Column("price_to_fees", "Price to fees", "ratio"),
            Column("market_cap_usd", "Market cap", "usd"),
        ],
    ),
    Chart(
        "capture", "Volume and capture",
        "Right: more volume. Up: more of the fees is due to tokenholders. Larger: more fees. The newest 30 days.",
        f"select * from ({MONTH}) where accrued_share is not null and volume_usd > 0", OF_MONTH, ignores=["protocol", "date"],
        drawing=dots(
            Column("volume_usd", "Volume a day", "usd"), Column("accrued_share", "Due to tokenholders, of fees", "share"),
            Column("fees_usd", "Fees", "usd"),
            [Column("protocol", "Protocol", "text"), Column("volume_usd", "Volume a day", "usd"),
             Column("fees_usd", "Fees, 30 days", "usd"),
             Column("take_rate_bps", "Take rate", "bps"), Column("accrued_share", "Accrued", "share")], label="protocol", is_log=True),
    ),
    Chart(
        "narratives", "AI tokens and perpetual tokens", "Two baskets weighted by market cap, 100 on their first day.",
        f"select date, category, return_index from {NARRATIVES} where {{kept}} and category in ('ai', 'perp') order by category, date",
        [f"{NARRATIVES}.return_index", f"{NARRATIVES}.category"], ignores=["protocol"],
        drawing=lines_by("category", Column("return_index", "Index", "index"), is_from_zero=False),
    ),
]  # fmt: skip
ONE = [
    Chart(
        "paid", "Accrued and reported",
        "Bars: all fees, USD a day. Lines: what tokenholders are due of them, and what was seen to arrive. Buybacks land on other days.",
        of_protocol("fees_usd, holders_accrued_usd, holders_reported_usd"),
        [f"{CARD}.fees_usd", f"{CARD}.holders_accrued_usd", f"{CARD}.holders_reported_usd"],
        drawing=bars_and_lines(
            Column("fees_usd", "Fees", "usd"), Column("holders_accrued_usd", "Accrued", "usd"),
            Column("holders_reported_usd", "Reported", "usd")),
    ),
    Chart(
        "band", "Tokenholders' share of fees", "By the chosen rule; the band is from the lowest to the highest of its sources.",
        of_protocol("holders_accrued_share, holders_accrued_share_low, holders_accrued_share_high"),
        [f"{CARD}.holders_accrued_share", f"{CARD}.holders_accrued_share_low", f"{CARD}.holders_accrued_share_high"],
        drawing=line_in_band(
            Column("holders_accrued_share", "Accrued", "share"), Column("holders_accrued_share_low", "Lowest source", "share"),
            Column("holders_accrued_share_high", "Highest source", "share")),
    ),
    Chart(
        "allocations", "Where the fees go", "USD a day, by recipient, after the dated rule. All parts of a day add up to its fees.",
        of_protocol("recipient, amount_usd", ALLOCATIONS) + ", recipient",
        [f"{ALLOCATIONS}.amount_usd", f"{ALLOCATIONS}.recipient"],
        drawing=stacked_by("recipient", Column("amount_usd", "Amount", "usd")),
    ),
    Chart(
        "yields", "Yields", "A year, of 30 days: what holders are due by market cap; less incentives; less unlocks to insiders.",
        of_protocol("holder_yield, net_real_yield, net_of_dilution_yield"),
        [f"{CARD}.holder_yield", f"{CARD}.net_real_yield", f"{CARD}.net_of_dilution_yield", f"{CARD}.dilution_source"],
        drawing=lines(
            Column("holder_yield", "Yield", "apr"), Column("net_real_yield", "After incentives", "apr"),
            Column("net_of_dilution_yield", "After unlocks", "apr"), is_from_zero=True),
    ),
]  # fmt: skip
PAGE = Page(
    "tokens", "Tokens", "Who is paid of a protocol's fees, what is left after incentives and unlocks, and how sure is it?",
    [Section("All protocols", SIDE_BY_SIDE), Section("One protocol", ONE)],
    [Choice("protocol", "Protocol", LARGEST)],
    dated_by=CARD,
)  # fmt: skip
