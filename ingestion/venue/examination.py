"""One look at every source at once: each endpoint asked once, and what is wrong with the answers, with what to do about it.

Belongs here: the findings. Does not: the requests (probe, adapters), this machine and the printing (orchestration/doctor).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median

import httpx

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected, SourceError, Unreachable
from ingestion.run.adapter import Adapter
from ingestion.run.ingest import guarded
from ingestion.run.outcome import MOST_QUARANTINED_SHARE
from ingestion.run.probe import Enough, Looked, Probe
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.venue.paging import Page, Whole
from ingestion.venue.parsing import unix_ms
from ingestion.venue.series import DAY_MS, Series
from ingestion.venue.venue import Venue
from ingestion.wire.client import HttpClient
from ingestion.wire.exchange import default_transport
from ingestion.wire.listening import Heard, Listening

DEADLINE_SECONDS = 40.0  # of a source
LONGEST_READ_SECONDS = 10.0
TRIES = 2
RESOLVERS = 64  # so many names are looked up at once: without a network each takes its time
MOST_CLOCK_SECONDS = 30.0
LONGEST_LOOKED_AT = timedelta(days=100)  # of histories that are not kept for ever: what is kept longer is in hand by then
KINDS = {Unreachable: "unreachable", NotAvailable: "refused", Rejected: "rejected", NotFound: "unknown", BadAnswer: "changed"}


@dataclass(frozen=True)
class Finding:
    """What is wrong with one endpoint, or with a source (`endpoint` empty)."""

    endpoint: str
    kind: str  # unreachable, refused, moved, changed, rejected, unknown, retention, key, clock, budget
    detail: str
    advice: str


@dataclass
class Examined:
    """A source as it answers now."""

    source: str
    state: str = "ok"  # ok, wrong, not_configured, closed
    endpoints: int = 0
    asked: int = 0
    requests: int = 0
    rows: int = 0
    clock_seconds: float | None = None  # the host's clock less ours
    budget: dict[str, str] = field(default_factory=dict)  # as the last answer that told of it said
    limitations: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


Clock = Callable[[], datetime]


def examine(
    settings: Settings,
    sources: Sequence[Adapter],
    *,
    clock: Clock = lambda: datetime.now(UTC),
    transports: dict[str, httpx.AsyncBaseTransport] | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> list[Examined]:
    """Ask all sources at once, each for so long at most. Keeps nothing, and raises for no source's failure."""
    quick = replace(settings, attempts=min(TRIES, settings.attempts), timeout_seconds=min(LONGEST_READ_SECONDS, settings.timeout_seconds))

    async def all_of_them() -> list[Examined]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVERS))
        jobs = [_examine(quick, one, clock, (transports or {}).get(one.name), deadline_seconds) for one in sources]
        return list(await asyncio.gather(*jobs))

    return asyncio.run(all_of_them())


async def _examine(
    settings: Settings, source: Adapter, clock: Clock, transport: httpx.AsyncBaseTransport | None, seconds: float
) -> Examined:
    found = Examined(source.name, endpoints=len(source.endpoints))
    if source.lacks_key(settings) or source.closed_on:
        found.state = "closed" if source.closed_on else "not_configured"
        return found
    is_plain = settings.base_url.get(source.name, "").startswith("http://")
    ears = Listening(transport or default_transport(is_encrypted=not is_plain), clock)
    async with HttpClient(source, settings, "doctor", transport=ears, clock=clock) as client:
        probe = Probe(source, settings, "doctor", client, clock=clock).begin()
        try:
            async with asyncio.timeout(seconds):
                problem = await guarded(source, _look(source, probe, found))
        except TimeoutError:
            problem = None
            found.findings.append(Finding("", "unreachable", f"not done within {seconds:g} s", "run again, with this source alone"))
    found.limitations = sorted(probe.limitations)
    found.findings += [Finding(name, "changed", why, "look at the source's own page") for name, why in probe.silent().items()]
    _read(found, source, settings, probe.looked, ears.heard, problem)
    return found


async def _look(source: Adapter, probe: Probe, found: Examined) -> None:
    """What exists now, then yesterday: the adapter's own requests. Then the oldest day of histories that are not kept for ever."""
    yesterday = probe.now().date() - timedelta(days=1)
    window, markets = Window(yesterday, yesterday), await source.snapshot(probe)
    await source.history(probe, window, markets)
    if isinstance(source, Venue):
        short = [one for one in source.history_of(probe, window) if one.kept and one.kept <= LONGEST_LOOKED_AT]
        kept = [one for one in short if not isinstance(one.pages, Whole)]
        await asyncio.gather(*(_oldest(probe, one, markets, found) for one in kept))


async def _oldest(probe: Probe, series: Series, markets: Sequence[Market], found: Examined) -> None:
    """Whether the source still has the first day that it is believed to have, of a market that was listed by then."""
    assert series.kept
    start = unix_ms(probe.now() - series.kept) + DAY_MS
    market = next((one for one in markets if series.where(one) and one.listed_ms and one.listed_ms < start), None)
    if market is None or start >= unix_ms(probe.now()) - DAY_MS:
        return
    page = Page(start, start + DAY_MS)
    request = series.request(market, page)
    try:
        answer = await probe.get(series.endpoint, **request, market=market.symbol, asked=(page.start, page.end))
    except SourceError:
        return  # told with the endpoint
    if not any(page.start <= at < page.end for at in answer.instants(series.table.name)):
        detail = f"no row of {page.start_iso[:10]} for {market.symbol}: {series.kept.days} days are said to be kept"
        found.findings.append(Finding(series.endpoint, "retention", detail, "fetch each day in time; older ones cannot be had any more"))


def _read(
    found: Examined, source: Adapter, settings: Settings, looked: dict[str, Looked], heard: Sequence[Heard], problem: str | None
) -> None:
    """Everything that one look says of a source."""
    found.asked = sum(bool(one.requests) for one in looked.values())
    found.requests, found.rows = (sum(getattr(one, name) for one in looked.values()) for name in ("requests", "rows"))
    ahead = [one.ahead_seconds for one in heard if one.ahead_seconds is not None]
    found.clock_seconds = round(median(ahead), 1) if ahead else None
    found.budget = next((one.budget for one in reversed(heard) if one.budget), {})
    found.findings += _once([one for name, endpoint in looked.items() for one in _of_endpoint(name, endpoint)])
    found.findings += _of_source(found, source, settings, heard)
    if problem and not found.findings:
        found.findings.append(Finding("", "changed", problem, "look at the answer; the adapter may need mending"))
    found.state = "wrong" if found.findings else "ok"


def _of_endpoint(name: str, looked: Looked) -> list[Finding]:
    told = {error.detail: error for error in looked.errors if not _is_a_name(error, looked)}
    found = [Finding(name, _kind(error), error.detail, error.advice) for error in told.values()]
    if looked.set_aside > MOST_QUARANTINED_SHARE * (looked.rows + looked.set_aside):
        detail = f"{looked.set_aside} of {looked.rows + looked.set_aside} rows do not fit: {looked.because}"
        found.append(Finding(name, "changed", detail, "the source changed: the adapter's table needs mending"))
    advice = "look whether the adapter and its staging model still read it right"
    return found + [Finding(name, "changed", detail, advice) for detail in dict.fromkeys(looked.differences)]


def _once(findings: list[Finding]) -> list[Finding]:
    """Without the endpoints that were not asked, for their host had been found out before."""
    return [one for one in findings if not one.detail.startswith("not asked:")] or findings[:1]


def _is_a_name(error: SourceError, looked: Looked) -> bool:
    """Whether the endpoint works, and only does not list a name that was tried: it says so itself, or gave rows of another."""
    return isinstance(error, NotFound) and (isinstance(error, Enough) or bool(looked.rows) or not error.detail.startswith("HTTP 404"))


def _kind(error: SourceError) -> str:
    return next((kind for family, kind in KINDS.items() if isinstance(error, family)), "moved" if "redirect" in error.detail else "refused")


def _of_source(found: Examined, source: Adapter, settings: Settings, heard: Sequence[Heard]) -> list[Finding]:
    """Clock, key and budget: what the hosts say beside their answers."""
    findings: list[Finding] = []
    statuses = {one.status for one in heard}
    variable = source.key_variable or source.optional_key_variable
    if found.clock_seconds is not None and abs(found.clock_seconds) > MOST_CLOCK_SECONDS:
        detail = f"its clock is {abs(found.clock_seconds):.0f} s {'ahead of' if found.clock_seconds > 0 else 'behind'} ours"
        findings.append(Finding("", "clock", detail, "set this machine's clock (NTP), if other sources say the same"))
    if variable and settings.api_key(variable) and statuses & {401, 402, 403}:
        findings.append(Finding("", "key", f"HTTP {min(statuses & {401, 402, 403})} with a key", f"check {variable} and its plan"))
    if statuses & {418, 429}:
        detail = f"HTTP {min(statuses & {418, 429})} at the pace that is declared"
        findings.append(Finding("", "budget", detail, "lower PERPS_RATE_LIMIT_FACTOR, or wait: others of this address may be asking"))
    return findings
