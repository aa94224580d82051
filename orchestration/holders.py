"""The page docs/holders.md: who is paid by the policy of today, of which basis, by which source, and how that fits what is reported.

Belongs here: the page's queries and its Markdown. Does not: any figure of its own; policies are the seed's, amounts are published.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.environment import DBT_PROJECT_DIR
from orchestration.published import ask
from orchestration.tables import markdown

SEED = DBT_PROJECT_DIR / "seeds" / "fee_share_policies.csv"
HEADER = ("protocol", "policy today", "of", "source", "accrued", "reported", "policy ÷ reported", "estimate", "status")
AMOUNTS = """
    with days as (
        select *, max(date) over () as newest from fct_tokenholder_fee_share_daily
    )

    select
        protocols.protocol,
        protocols.parent_protocol,
        protocols.defillama_slug,
        max(figures.days) as figure_days,
        count(days.fees_usd) as fee_days,
        sum(days.holders_accrued_usd) as accrued_usd,
        sum(days.holders_reported_usd) as reported_usd,
        max_by(days.policy_to_reported_90d, days.date) as policy_to_reported,
        max_by(days.holders_reported_share_90d, days.date) as estimate,
        max_by(days.policy_status, days.date) as policy_status,
        max(days.policy_id like '%:measured:%') as is_measured,
        max_by(days.accrued_by, days.date) = 'parts' as is_sum
    from dim_protocols as protocols
    left join days on protocols.protocol = days.protocol and days.date > days.newest - 90
    left join (
        select protocol, count(distinct date) as days
        from fct_protocol_metrics_daily
        where value_usd is not null and metric in ('fees', 'volume', 'open_interest')
            and date > (select max(date) from fct_tokenholder_fee_share_daily) - 90
        group by protocol
    ) as figures on protocols.protocol = figures.protocol
    where protocols.category = 'perp'
    group by protocols.protocol, protocols.parent_protocol, protocols.defillama_slug
    order by coalesce(sum(days.fees_usd), 0) desc, protocols.protocol
"""
LISTED = """
    select distinct slug
    from staging.stg_defillama__protocols
    where category = 'Derivatives' and observed_on = (select max(observed_on) from staging.stg_defillama__protocols)
"""
INTRODUCTION = """# Who is paid

The policy of today of every protocol of perpetuals, what its shares are of, where that was learnt, and what
it gave holders in the 90 days to {newest} beside what they were seen to get, of {whose} publication {version}. Amounts are
USD. *policy ÷ reported* is of the days that have both; where no source gives the basis (no accrual), it is what the
share of all fees would be. *estimate* is reported ÷ fees of the same days. Written by `perps holders`.

DefiLlama lists {listed} protocols of its category Derivatives here. Of these {figures} have figures in these 90 days (fees,
volume or open interest); by themselves or as part of a parent {policies} have a policy that says who is paid, and {measured} a
split measured at the protocol itself. The table has {known} protocols: those of the list, those that the seeds name, and their parents;
{fees} have fees in these days.
"""


def page(published: Path, warehouse: Path) -> str:
    """The whole page, of what is published and of the newest list of protocols."""
    _, [(version, is_simulated)] = ask(published, "select version, is_simulated from publication")
    _, [(newest,)] = ask(published, "select max(date) from fct_tokenholder_fee_share_daily")
    names, found = ask(published, AMOUNTS)
    rows = [dict(zip(names, row, strict=True)) for row in found]
    policies = policies_of_today(str(newest))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        listed = [slug for (slug,) in connection.execute(LISTED).fetchall()]
    paid = {name for name, parts in policies.items() if any(part["recipient"] != "unallocated" for part in parts)}
    introduction = INTRODUCTION.format(
        newest=newest, whose="the demo's" if is_simulated else "the", version=version, listed=len(listed), known=len(rows),
        fees=sum(row["fee_days"] > 0 for row in rows),
        figures=len({row["defillama_slug"] for row in rows if row["figure_days"]}.intersection(listed)),
        policies=_count(listed, rows, paid),
        measured=_count(listed, rows, {row["protocol"] for row in rows if row["is_measured"]}),
    )  # fmt: skip
    return f"{introduction}\n{markdown(HEADER, [_line(row, policies.get(row['protocol'], [])) for row in rows])}\n"


def _count(listed: Iterable[str], rows: Iterable[dict[str, Any]], having: Collection[str]) -> int:
    """Of the slugs listed, how many belong to one of these protocols, or to a part of one."""
    found = {row["defillama_slug"] for row in rows if row["protocol"] in having or row["parent_protocol"] in having}
    return len(found.intersection(listed))


def policies_of_today(day: str) -> dict[str, list[dict[str, str]]]:
    """The chosen rows of the seed in force on a day, by protocol."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with SEED.open(newline="") as handle:
        for row in csv.DictReader(handle):
            if row["is_chosen"] == "true" and row["effective_from"] <= day < (row["effective_to"] or "9999"):
                rows[row["protocol"]].append(row)
    return rows


@cache
def _named() -> frozenset[str]:
    """Protocols that have, or had, a policy."""
    with SEED.open(newline="") as handle:
        return frozenset(row["protocol"] for row in csv.DictReader(handle))


def _line(row: dict[str, Any], policy: list[dict[str, str]]) -> tuple[Any, ...]:
    is_part = f" (part of {row['parent_protocol']})" if row["parent_protocol"] else ""
    parts = [f"{part['recipient']} {float(part['share']):.4g}" if part["share"] else f"{part['recipient']} by number" for part in policy]
    none = "ended" if row["protocol"] in _named() else "none"
    how = "sum of its parts; else: " if row["is_sum"] else "measured; typed: " if row["is_measured"] else ""
    return (
        row["protocol"] + is_part,
        how + (", ".join(dict.fromkeys(parts)) or none),
        policy[0]["basis"] if policy else None,
        f"[{policy[0]['confidence']}]({policy[0]['source_url']})" if policy else None,
        *(None if row[name] is None else round(row[name]) for name in ("accrued_usd", "reported_usd")),
        *(None if row[name] is None else round(row[name], 3) for name in ("policy_to_reported", "estimate")),
        row["policy_status"],
    )
