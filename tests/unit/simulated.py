"""A source as the simulator serves it to a unit test: one truth at one moment, asked in this process.

Belongs here: asking, and what a source lists. Does not: any expectation but of the status, what a dialect says (its own test).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard
from simulator.venue import Venue


def venue_of(source: str) -> Venue:
    """What its dialect lists, of closed venues too, which the common market leaves out."""
    found = importlib.import_module(f"simulator.dialects.{source}").VENUE
    assert isinstance(found, Venue)
    return found


@dataclass(frozen=True)
class Simulated:
    """`root` stands before every path. A parameter that Python reserves is written with an underscore at its end."""

    source: str
    truth: Truth
    now: datetime
    root: str = ""

    @cached_property
    def board(self) -> Switchboard:
        return Switchboard(self.truth, self.now)

    def ask(self, path: str, **params: Any) -> Reply:
        return self.board.respond(self.source, Query("GET", f"{self.root}{path}", {name.rstrip("_"): str(params[name]) for name in params}))

    def said(self, path: str, **params: Any) -> Any:
        """What an answer says, whatever its status."""
        return orjson.loads(self.ask(path, **params).content)

    def body(self, path: str, status: int = 200, **params: Any) -> Any:
        """What an answer with this status says."""
        reply = self.ask(path, **params)
        assert reply.status == status, reply.content
        return orjson.loads(reply.content)
