"""DefiLlama's free API; its coins host, below the same address, is in defillama_coins.py.

Learnt from the OpenAPI files and recorded payloads. Errors are plain text. The open UTC day is
in the charts and partial; `total24h` is the last complete day. A dataType that a protocol does not report is 200 with empty charts
and null totals; a dataType that does not exist is 500. /…/derivatives answers keyless unless World.options["defillama.derivatives"]
is "402"; overviews in full unless "defillama.overview" is, and lite unless "defillama.lite" is. Fees adapters are missing where the
truth has no fees (aevo-perps). Into the open day an overview carries what one that is updated late had the day before.
"""

from __future__ import annotations

import math
from typing import Any

from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, text_reply
from simulator.protocols import QUIET, Protocol
from simulator.world import World

DIALECT = Dialect("defillama", not_found=lambda query: text_reply("Not Found", 404))
PAID = text_reply("Upgrade to the paid API plan at https://defillama.com/subscription", 402)
DAY_S = 86_400

METRIC_OF: dict[str, dict[str, str]] = {
    "fees": {
        "dailyFees": "fees",
        "dailyRevenue": "revenue",
        "dailyHoldersRevenue": "holders_revenue",
        "dailySupplySideRevenue": "supply_side_revenue",
        "dailyProtocolRevenue": "protocol_revenue",
        "dailyUserFees": "fees",
        "dailyBribesRevenue": "",
        "dailyTokenTaxes": "",
    },
    "dexs": {"dailyVolume": ""},  # spot: none of these protocols has it here
    "derivatives": {"dailyVolume": "volume"},
    "open-interest": {"openInterestAtEnd": "open_interest", "shortOpenInterestAtEnd": "", "longOpenInterestAtEnd": ""},
}
LATE = {"paradex", "vela-exchange"}
WORD_OF = {"fees": "Fees", "dexs": "Volume", "derivatives": "Volume", "open-interest": "Open interest"}


def _chart(world: World, slug: str, metric: str) -> list[tuple[int, float]]:
    """(day, value) up to and with the open day, whose flow is only what has passed of it; stocks are as they stand."""
    values = world.series(slug).get(metric)
    if values is None:
        return []
    start_s = world.history.start_ms // 1000
    elapsed = world.now_ms / 1000 - start_s
    whole, share = int(elapsed // DAY_S), elapsed % DAY_S / DAY_S
    chart = [(start_s + day * DAY_S, float(values[day])) for day in range(min(whole, len(values)))]
    if whole < len(values) and share > 0:
        is_flow = metric not in ("tvl", "open_interest")
        chart.append((start_s + whole * DAY_S, math.floor(float(values[whole]) * (share if is_flow else 1.0))))
    return [point for point in chart if not math.isnan(point[1])]


def _totals(world: World, chart: list[tuple[int, float]]) -> dict[str, float | None]:
    closed = [value for day, value in chart if (day + DAY_S) * 1000 <= world.now_ms]
    if not closed:
        return dict.fromkeys(("total24h", "total48hto24h", "total7d", "total14dto7d", "total30d", "total60dto30d", "totalAllTime"))
    totals: dict[str, float | None] = {
        "total24h": closed[-1],
        "total48hto24h": closed[-2] if len(closed) > 1 else None,
        "total7d": sum(closed[-7:]),
        "total14dto7d": sum(closed[-14:-7]),
        "total30d": sum(closed[-30:]),
        "total60dto30d": sum(closed[-60:-30]),
        "totalAllTime": sum(value for _, value in chart),
    }
    if len(closed) > 1 and closed[-2]:
        totals["change_1d"] = round((closed[-1] / closed[-2] - 1) * 100, 2)
    return totals


def _describe(world: World, protocol: Protocol) -> dict[str, Any]:
    is_parent = protocol.defillama_id.startswith("parent#")
    return {
        "id": protocol.defillama_id,
        "name": protocol.name,
        "url": f"https://{protocol.slug}.example",
        "description": f"{protocol.name} (simulated)",
        "logo": f"https://icons.llama.fi/{protocol.slug}.png",
        "gecko_id": protocol.coin_id or None,
        "cmcId": None,
        "chains": [protocol.chain],
        "twitter": None,
        "symbol": protocol.symbol,
        "category": None if is_parent else protocol.category,
        "parentProtocol": f"parent#{protocol.parent}" if protocol.parent else None,
    }


def _adapters(world: World, protocol: Protocol) -> dict[str, str]:
    """Which adapter types the protocol has: what /protocols shows as `dimensions`."""
    reported = world.history.protocol_daily[protocol.slug]
    kinds = METRIC_OF if protocol.category == "Derivatives" else ("fees",)
    return {kind: protocol.slug for kind in kinds if any(metric in reported for metric in METRIC_OF[kind].values())}


def _data_type(query: Query, kind: str) -> str:
    data_type = query.params.get("dataType") or next(iter(METRIC_OF[kind]))
    if data_type not in METRIC_OF[kind]:
        raise Refusal(text_reply("Internal server error", 500))
    return data_type


def _kind(world: World, query: Query) -> str:
    kind = query.slots["kind"]
    if kind not in METRIC_OF:
        raise Refusal(text_reply("Not Found", 404))
    if kind == "derivatives" and world.options.get("defillama.derivatives") == "402":
        raise Refusal(PAID)
    return kind


@DIALECT.get("/summary/{kind}/{slug}")
def summary(world: World, query: Query) -> Reply:
    kind, slug = _kind(world, query), query.slots["slug"]
    protocol = world.protocol(slug)
    if slug in QUIET:
        nothing: dict[str, Any] = {"totalDataChart": [], "totalDataChartBreakdown": [], "protocolType": "protocol"}
        return json_reply({"name": QUIET[slug][0], "slug": slug} | nothing | _totals(world, []))
    if protocol is None or kind not in _adapters(world, protocol):
        raise Refusal(text_reply(f"{WORD_OF[kind]} for {slug} not found, please visit /overview/{kind} to see available protocols", 400))
    chart = _chart(world, slug, METRIC_OF[kind][_data_type(query, kind)])
    parts = {
        "defillamaId": protocol.defillama_id,
        "displayName": protocol.name,
        "disabled": None,
        "module": None,
        "methodologyURL": None,
        "methodology": None,
        "childProtocols": [],
        "linkedProtocols": [protocol.name],
        "latestFetchIsOk": True,
        "slug": slug,
        "protocolType": "protocol",
        "totalDataChart": [[day, value] for day, value in chart],
        "totalDataChartBreakdown": _breakdown(world, protocol, METRIC_OF[kind][_data_type(query, kind)]),
    }
    return json_reply(_describe(world, protocol) | parts | _totals(world, chart))


def _breakdown(world: World, protocol: Protocol, metric: str) -> list[tuple[int, dict[str, dict[str, float]]]]:
    """A day's figure by chain and name: of a parent those of its parts, of any other its own."""
    parts = [part for part in world.history.protocols if part.part and part.parent == protocol.slug] or [protocol]
    days: dict[int, dict[str, dict[str, float]]] = {}
    for part in parts:
        for day, value in _chart(world, part.slug, metric):
            days.setdefault(day, {}).setdefault(part.chain.split(" ")[0].lower(), {})[part.name] = value
    return sorted(days.items())


@DIALECT.get("/overview/{kind}")
def overview(world: World, query: Query) -> Reply:
    """All protocols that have the adapter, as leaves: a parent whose child is listed has no row, so nothing counts twice."""
    kind = _kind(world, query)
    is_full = query.params.get("excludeTotalDataChartBreakdown") != "true"
    if world.options.get("defillama.overview" if is_full else "defillama.lite") == "402":
        raise Refusal(PAID)
    metric = METRIC_OF[kind][_data_type(query, kind)]
    rows, days = [], dict[int, dict[str, float]]()
    parents = {protocol.parent for protocol in world.history.protocols}
    for protocol in world.history.protocols:
        if kind not in _adapters(world, protocol) or protocol.slug in parents:
            continue
        chart = _chart(world, protocol.slug, metric)
        if protocol.slug in LATE and len(chart) > 1 and (chart[-1][0] + DAY_S) * 1000 > world.now_ms:
            chart[-1] = (chart[-1][0], chart[-2][1])
        row = {"defillamaId": protocol.defillama_id, "displayName": protocol.name, "slug": protocol.slug, "protocolType": "protocol"}
        rows.append(_describe(world, protocol) | row | _totals(world, chart))
        for day, value in chart:
            days.setdefault(day, {})[protocol.name] = value
    total = [(day, sum(by_name.values())) for day, by_name in sorted(days.items())]
    body = {"chain": None, "allChains": sorted({protocol.chain for protocol in world.history.protocols}), "protocols": rows}
    charts = {
        "totalDataChart": [] if query.params.get("excludeTotalDataChart") == "true" else [[day, value] for day, value in total],
        "totalDataChartBreakdown": sorted(days.items()) if is_full else [],
    }
    return json_reply(charts | {"breakdown24h": None, "breakdown30d": None} | body | _totals(world, total))


def _tvl(world: World, slug: str) -> list[dict[str, float]]:
    """Midnights, then the current hour when it is not midnight."""
    points = [{"date": day, "totalLiquidityUSD": value} for day, value in _chart(world, slug, "tvl")]
    if points and world.now_ms % (DAY_S * 1000) and world.now_ms // 1000 - points[-1]["date"] < DAY_S:
        points[-1]["date"] = world.now_ms // 3_600_000 * 3600
    return points


@DIALECT.get("/protocols")
def protocols(world: World, query: Query) -> Reply:
    rows = []
    for protocol in world.history.protocols:
        tvl = _tvl(world, protocol.slug)
        row = {
            "slug": protocol.slug,
            "chain": protocol.chain,
            "tvl": tvl[-1]["totalLiquidityUSD"] if tvl else None,
            "chainTvls": {protocol.chain: tvl[-1]["totalLiquidityUSD"]} if tvl else {},
            "change_1d": _change(tvl, 1),
            "change_7d": _change(tvl, 7),
            "mcap": _market_cap(world, protocol),
            "listedAt": 1668185769,
            "dimensions": _adapters(world, protocol),
        }
        rows.append(_describe(world, protocol) | row)
    for slug, (name, parent) in QUIET.items():
        named = {"id": f"quiet-{slug}", "name": name, "slug": slug, "symbol": "-", "gecko_id": None, "category": "Derivatives"}
        rows.append(named | {"tvl": None, "mcap": None, "parentProtocol": f"parent#{parent}" if parent else None})
    return json_reply(rows)


def _change(points: list[dict[str, float]], days: int) -> float | None:
    """Percent, against the point this many before the last."""
    if len(points) <= days:
        return None
    return (points[-1]["totalLiquidityUSD"] / points[-1 - days]["totalLiquidityUSD"] - 1) * 100


def _market_cap(world: World, protocol: Protocol) -> float | None:
    """Only rows with a coin of their own have one."""
    price = world.coin_price(protocol.coin_id, world.now_ms // 1000)
    supply = next((asset.circulating_supply for asset in world.history.assets.values() if asset.coin_id == protocol.coin_id), None)
    return None if price is None or supply is None else price * supply


def _protocol(world: World, query: Query) -> Protocol:
    protocol = world.protocol(query.slots["slug"])
    if protocol is None:
        raise Refusal(text_reply("Protocol not found", 400))
    return protocol


@DIALECT.get("/protocol/{slug}")
def protocol_detail(world: World, query: Query) -> Reply:
    if query.slots["slug"] in QUIET:
        return json_reply({"name": QUIET[query.slots["slug"]][0], "chainTvls": {}, "tvl": []})
    protocol = _protocol(world, query)
    tvl = _tvl(world, protocol.slug)
    current = {protocol.chain: tvl[-1]["totalLiquidityUSD"]} if tvl else {}
    parts = {"chain": protocol.chain, "chainTvls": {protocol.chain: {"tvl": tvl}}, "tvl": tvl, "tokensInUsd": [], "tokens": []}
    tail: dict[str, Any] = {"currentChainTvls": current, "raises": [], "metrics": {}, "mcap": _market_cap(world, protocol)}
    return json_reply(_describe(world, protocol) | parts | tail | {"dimensions": _adapters(world, protocol)})


@DIALECT.get("/tvl/{slug}")
def tvl_now(world: World, query: Query) -> Reply:
    points = _tvl(world, _protocol(world, query).slug)
    return json_reply(points[-1]["totalLiquidityUSD"] if points else None)
