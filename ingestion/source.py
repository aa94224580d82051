"""The vocabulary of a source: endpoint, payload, window, market, and the base class every adapter extends.

Belongs here: what an adapter declares. Does not: how bodies are fetched (http), buffered and kept (session, landing, raw).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import orjson
import polars as pl

from ingestion.columns import Columns
from ingestion.entity import Entity
from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected, SourceError, Unroutable
from ingestion.lines import Lines, is_plain

if TYPE_CHECKING:
    from ingestion.session import Session

Rows = Columns | Lines | Sequence[Sequence[Any]] | pl.DataFrame
Parsed = Mapping[str, Rows]
"""What a parser gives: per entity, its columns; or tuples in the order of the entity's columns, or a frame with these columns as text."""


@dataclass(frozen=True)
class Window:
    """Closed UTC days to fetch, both ends included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), UTC)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return datetime.combine(self.last, datetime.min.time(), UTC) + timedelta(days=1)

    @property
    def start_ms(self) -> int:
        return int(self.start.timestamp() * 1000)

    @property
    def end_ms(self) -> int:
        """Exclusive."""
        return int(self.end.timestamp() * 1000)

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def whole_days_of(self, now: datetime, kept: timedelta) -> Window:
        """The days that a source which keeps only the newest `kept` still has from their first second on; maybe none."""
        return Window(max(self.first, (now - kept).date() + timedelta(days=1)), self.last)

    def pages(self, step: timedelta) -> list[tuple[int, int]]:
        """The window cut into [start, end) pieces of at most `step`, in Unix milliseconds."""
        width = int(step.total_seconds() * 1000)
        return [(start, min(start + width, self.end_ms)) for start in range(self.start_ms, self.end_ms, width)]


@dataclass(frozen=True)
class Market:
    """A tradable market as the source names it; volume (USD, rolling 24 h) only ranks `top:N`."""

    symbol: str
    volume_usd: float = 0.0
    listed_ms: int | None = None
    product: str = ""
    is_listed: bool = True


@dataclass(frozen=True)
class Payload:
    """One response body with its request. `url` carries neither query nor secrets."""

    source: str
    endpoint: str
    method: str
    url: str
    params: Mapping[str, Any]
    request_json: Any
    status: int
    content_type: str
    body: bytes
    fetched_at: datetime
    sha256: str
    run_id: str
    is_simulated: bool = False
    match: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def json(self) -> Any:
        """The decoded body. Raises BadAnswer when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            head = self.body[:80].decode("utf-8", "replace")
            raise BadAnswer(
                self.source,
                self.endpoint,
                f"not JSON ({error}); it begins {head!r}",
                advice="try again later; if it stays, the API changed",
            ) from None

    def must_be_json(self) -> None:
        """Raises BadAnswer when it is not; a body of nothing but numbers is not decoded for that."""
        if not is_plain(self.body):
            _ = self.json

    def param(self, name: str) -> str:
        """A request parameter the body does not repeat. Raises Unroutable when the recording lacks it."""
        value = self.params.get(name, self.match.get(name))
        if value in (None, "", "?", f"{{{name}}}"):
            raise Unroutable(f"{self.source} {self.endpoint}: the request has no {name!r}, and the body does not say it")
        return str(value)


@dataclass(frozen=True)
class Endpoint:
    """One kind of request: where it goes, what it costs, and how its body becomes rows of the entities it feeds.

    `path` is a template below the host, such as `/summary/fees/{slug}`; `when` tells endpoints that share a path apart by their
    parameters or JSON body; `weight` is in the currency of the host's Limit.
    """

    name: str
    host: str
    path: str
    feeds: tuple[str, ...]
    parse: Callable[[Payload], Parsed]
    method: str = "GET"
    weight: Callable[[Mapping[str, Any]], float] = lambda params: 1.0
    when: Callable[[Mapping[str, Any]], bool] = lambda request: True
    is_json: bool = True

    def fill(self, **parts: str) -> str:
        """The path with its parts, percent-encoded."""
        return self.path.format(**{name: quote(part, safe=":,/") for name, part in parts.items()})

    def route(self, path: str) -> dict[str, str] | None:
        """The parts of a path this endpoint serves, or None."""
        found = self._pattern.fullmatch(path)
        return {name: unquote(part) for name, part in found.groupdict().items()} if found else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))


@dataclass(frozen=True)
class Limit:
    """A source's published budget: `amount` (requests or weight) per `seconds`; `retry_after_ms` when its Retry-After is in ms."""

    amount: float
    seconds: float
    retry_after_ms: bool = False


class Source(ABC):
    """An adapter: declares hosts, limits, entities, endpoints; plans which requests a window needs.

    Subclasses fill the class attributes and the two coroutines. `key_variable` names the environment variable of a key the
    source cannot do without, `optional_key_variable` of one that only lifts its limits; `closed_on` marks a venue that ended: its
    history is fetched for days that were asked for, never in the daily run; `no_public_api` says what cannot be had
    without a key or at all, and why, by the standard entity's name.
    """

    name: str
    hosts: Mapping[str, str]
    limits: Mapping[str, Limit]
    entities: tuple[Entity, ...]
    endpoints: tuple[Endpoint, ...]
    key_variable: str | None = None
    optional_key_variable: str | None = None
    market_parameters: tuple[str, ...] = ("symbol",)  # the request's parameter or path slot that names the market, for messages
    unknown_codes: frozenset[str] = frozenset()  # error codes: no such market (any more)
    refused_codes: frozenset[str] = frozenset()  # error codes: not for this address
    busy_codes: frozenset[str] = frozenset()  # error codes: worth another try
    refusals: frozenset[int] = frozenset()  # statuses by which the host refuses this address: it is not asked again in this run
    closed_on: date | None = None
    no_public_api: Mapping[str, str] = {}

    @abstractmethod
    async def snapshot(self, session: Session) -> list[Market]:
        """Fetch what only exists now (instruments, open interest, premium); return the selected markets."""

    @abstractmethod
    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Fetch the series of these markets for the window's days."""

    def key_headers(self, key: str) -> Mapping[str, str]:
        """The headers that carry the source's key: added to a request at the last moment, recorded nowhere."""
        return {}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """The error code the body reports, whatever the status, and its message in full; None when it reports none."""
        return None

    def check(self, payload: Payload) -> None:
        """Raise the SourceError that status and complaint amount to. A BadAnswer is asked for again by the client."""
        found = self.complaint(payload)
        if found is None and payload.status < 400:
            return
        code, detail = found or ("", f"HTTP {payload.status}: {payload.body[:160].decode('utf-8', 'replace')}".removesuffix(": "))
        known = {**payload.match, **payload.params}
        market = next((str(known[name]) for name in self.market_parameters if known.get(name)), None)

        def error(kind: type[SourceError], advice: str) -> SourceError:
            return kind(self.name, payload.endpoint, detail, market=market, advice=advice)

        if code in self.unknown_codes or (found is None and market and payload.status == 404):
            raise error(NotFound, "not listed there, or delisted")
        if payload.status in (403, 451) or code in self.refused_codes:
            raise error(NotAvailable, "this network or region is refused, or asked too often: use a mirror, or wait")
        if code in self.busy_codes:
            raise error(BadAnswer, "the venue is busy; run again later")
        raise error(Rejected, "check the parameters against the venue's page")

    def entity(self, name: str) -> Entity:
        return next(entity for entity in self.entities if entity.name == name)

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of this name. Raises Unroutable when the adapter has none (any more)."""
        for endpoint in self.endpoints:
            if endpoint.name == name:
                return endpoint
        raise Unroutable(f"{self.name} has no endpoint {name!r} (any more)")
