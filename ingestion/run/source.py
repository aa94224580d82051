"""A source as a run knows it: its API, its tables, its markets.

Belongs here: what can be said of a source without a session. Does not: which requests it makes (adapter.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingestion.settings import Settings
from ingestion.store.entity import Entity
from ingestion.wire.api import Api, Endpoint
from ingestion.wire.payload import Payload


@dataclass(frozen=True)
class Market:
    """A tradable market as the source names it; volume (USD, rolling 24 h) only ranks `top:N`."""

    symbol: str
    volume_usd: float = 0.0
    listed_ms: int | None = None
    product: str = ""
    is_listed: bool = True


class Source(Api):
    """`closed_on` marks a venue that ended: its history is fetched for days that were asked for, never in the daily run;
    `no_public_api` says what cannot be had without a key or at all, and why, by the standard entity's name.
    """

    entities: tuple[Entity, ...]
    closed_on: date | None = None
    no_public_api: Mapping[str, str] = {}

    def lacks_key(self, settings: Settings) -> bool:
        """Whether it cannot be asked: it needs a key, and none is set."""
        return bool(self.key_variable and not settings.api_key(self.key_variable))

    def read(self, endpoint: Endpoint, payload: Payload, settings: Settings) -> Mapping[str, Any]:
        """The rows of an answer, per entity; a source that keeps only what a seed names looks it up here."""
        return endpoint.parse(payload)

    def entity(self, name: str) -> Entity:
        return next(entity for entity in self.entities if entity.name == name)
