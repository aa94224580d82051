"""A source's API as the client knows it: hosts, budgets, endpoints, and what its errors look like.

Belongs here: what an adapter declares of the wire. Does not: tables (store), which requests a run makes (venue).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected, SourceError, Throttled, Unroutable
from ingestion.wire.cover import Cover, between_rows
from ingestion.wire.payload import Payload

Parse = Callable[[Payload], Mapping[str, Any]]
"""Gives per entity the rows of an answer, in a form that store/buffer.py takes."""


@dataclass(frozen=True)
class Endpoint:
    """One kind of request: where it goes, what it costs, and how its body becomes rows of the entities it feeds.

    `path` is a template below the host, such as `/summary/fees/{slug}`; `when` tells endpoints that share a path apart by their
    parameters or JSON body; `weight` is in the currency of the host's Limit; `covers` says of an answer what it is whole for. A parameter
    that `in_headers` names goes out as that header, and is recorded like any other.
    """

    name: str
    host: str
    path: str
    feeds: tuple[str, ...]
    parse: Parse
    method: str = "GET"
    weight: Callable[[Mapping[str, Any]], float] = lambda params: 1.0
    when: Callable[[Mapping[str, Any]], bool] = lambda request: True
    is_json: bool = True
    may_be_null: bool = False  # where `null` is how the source says that there is nothing
    covers: Callable[[Payload], Cover | None] = between_rows
    in_headers: Mapping[str, str] = field(default_factory=dict)

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


class Api:
    """What an adapter declares of its API.

    `key_variable` names the environment variable of a key the source cannot do without, `optional_key_variable` of one that only lifts
    its limits.
    """

    name: str
    hosts: Mapping[str, str]
    limits: Mapping[str, Limit]
    endpoints: tuple[Endpoint, ...]
    key_variable: str | None = None
    optional_key_variable: str | None = None
    market_parameters: tuple[str, ...] = ("symbol",)  # the request's parameter or path slot that names the market, for messages
    unknown_codes: frozenset[str] = frozenset()  # error codes: no such market (any more)
    refused_codes: frozenset[str] = frozenset()  # error codes: not for this address
    busy_codes: frozenset[str] = frozenset()  # error codes: worth another try
    throttle_codes: frozenset[str] = frozenset()  # error codes: asked too often, whatever the status
    refusals: frozenset[int] = frozenset()  # statuses by which the host refuses this address: it is not asked again in this run

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
        if code in self.throttle_codes:
            raise error(Throttled, "asked too often; run again later")
        if code in self.busy_codes:
            raise error(BadAnswer, "the venue is busy; run again later")
        raise error(Rejected, "check the parameters against the venue's page")

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of this name. Raises Unroutable when the adapter has none (any more)."""
        for endpoint in self.endpoints:
            if endpoint.name == name:
                return endpoint
        raise Unroutable(f"{self.name} has no endpoint {name!r} (any more)")
