"""What a dialect is made of: requests in, replies out, and the table of routes between them.

A dialect module holds one `DIALECT = Dialect("source", …)` and functions registered with `@DIALECT.get("/path/{slug}")` or
`@DIALECT.post(…)`, each `(World, Query) -> Reply`. Transport (faults, rate limits, headers) is the server's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson

from simulator.venue import Venue
from simulator.world import World


@dataclass(frozen=True)
class Query:
    """A request below `/<source>`: `path` begins with a slash, `body` is parsed JSON or None, `slots` come from the route, names of
    `headers` are in small letters."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    slots: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def integer(self, name: str, default: int) -> int:
        """A numeric parameter; ValueError when it is not one."""
        return int(self.params[name]) if self.params.get(name, "") != "" else default


@dataclass
class Reply:
    """A response, and what it costs of the source's budget."""

    content: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    weight: int = 1


class Refusal(Exception):
    """Raised anywhere in a handler to answer with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.content.decode(errors="replace"))
        self.reply = reply


Handler = Callable[[World, Query], Reply]
TooMany = Callable[[float, bool], Reply]


def json_reply(value: Any, status: int = 200, weight: int = 1) -> Reply:
    return Reply(orjson.dumps(value), status, weight=weight)


def text_reply(text: str, status: int = 200, weight: int = 1) -> Reply:
    return Reply(text.encode(), status, "text/plain; charset=utf-8", weight=weight)


def number(value: float) -> str:
    """The shortest decimal text that reads back as the same double; never an exponent."""
    text = repr(value)
    return np.format_float_positional(value, unique=True, trim="0") if "e" in text else text


def integers(refuse: Callable[[str], Reply], beyond: Callable[[str], Reply] | None = None) -> Callable[..., int]:
    """How a dialect reads whole numbers of a query. What is none, or missing without a default, is refused by its name; so is, in
    words of its own, one below 1 or above what is allowed at most."""

    def integer(query: Query, name: str, default: int | None = None, at_most: int | None = None) -> int:
        try:
            value = query.integer(name, default) if default is not None else int(query.params.get(name, ""))
        except ValueError:
            raise Refusal(refuse(name)) from None
        if at_most is not None and not 1 <= value <= at_most:
            raise Refusal((beyond or refuse)(name))
        return value

    return integer


def plain_too_many(retry_after: float, was_warned: bool) -> Reply:
    """429 with Retry-After in seconds: what most sources say."""
    reply = text_reply("Too Many Requests", 429)
    reply.headers["Retry-After"] = str(max(1, round(retry_after)))
    return reply


def _without(reply: Reply, fields: set[str]) -> Reply:
    """The same, with these fields in no row of it."""
    return replace(reply, content=orjson.dumps(_pruned(orjson.loads(reply.content), fields))) if fields else reply


def _pruned(value: Any, fields: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _pruned(one, fields) for name, one in value.items() if name not in fields}
    return [_pruned(one, fields) for one in value] if isinstance(value, list) else value


class Dialect:
    """One source's wire format."""

    def __init__(
        self,
        source: str,
        venue: Venue | None = None,
        *,
        too_many: TooMany = plain_too_many,
        bucket: Callable[[Query], str] = lambda query: "",
        used_weight_header: str | None = None,
        not_found: Callable[[Query], Reply] = lambda query: text_reply("Not Found", 404),
    ) -> None:
        self.source, self.venue = source, venue
        self.too_many, self.bucket, self.used_weight_header, self.not_found = too_many, bucket, used_weight_header, not_found
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def get(self, *paths: str) -> Callable[[Handler], Handler]:
        return self._route("GET", paths)

    def post(self, *paths: str) -> Callable[[Handler], Handler]:
        return self._route("POST", paths)

    def _route(self, method: str, paths: tuple[str, ...]) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            for path in paths:
                pattern = re.sub(r"\{(\w+):path\}", r"(?P<\1>.*)", path)
                pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
                self._routes.append((method, re.compile(pattern), handler))
            return handler

        return register

    def answer(self, world: World, query: Query) -> Reply:
        """The reply of the first route that fits; whatever it refuses with; or 404."""
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(query.path)
            if match and method == query.method:
                try:
                    reply = handler(world, replace(query, slots=match.groupdict()))
                    return _without(reply, world.lacking(self.source, query.path))
                except Refusal as refusal:
                    return refusal.reply
        return self.not_found(query)
