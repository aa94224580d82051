"""How a source changes without a word: a field gets another name or a new value, a stamp another unit, a bound is no longer heeded.

What a drift does to a query or to a well-formed JSON reply belongs here. Dated changes of the market are `changes.py`, wrong figures
`corruption.py`, trouble on the way `faults.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from simulator.dialect import Query, Reply

KINDS = {
    "renamed": "the field is called `to` in every object",
    "revalued": "the field has the value `to` in the first object of every list",
    "scaled": "the field is multiplied by the whole number `to`, or divided by it where it is negative",
    "unheeded": "the parameter `field` has no effect",
    "emptied": "the list below `field` is empty; without a field, the body is an empty list",
}


@dataclass(frozen=True)
class Drift:
    """Of one source; `path` is the end of the paths it shows on, all without one."""

    source: str
    kind: str
    field: str = ""
    to: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown drift {self.kind!r}: one of {', '.join(KINDS)}")

    def concerns(self, source: str, query: Query) -> bool:
        return self.source == source and query.path.endswith(self.path)

    def asked(self, query: Query) -> Query:
        """The query as the source takes it."""
        if self.kind != "unheeded":
            return query
        body = {name: value for name, value in query.body.items() if name != self.field} if isinstance(query.body, dict) else query.body
        return replace(query, params={name: value for name, value in query.params.items() if name != self.field}, body=body)

    def answered(self, reply: Reply) -> Reply:
        """The reply as the reader gets it; errors and what is no JSON stay."""
        if self.kind == "unheeded" or reply.status >= 400 or not reply.content_type.startswith("application/json"):
            return reply
        return replace(reply, content=orjson.dumps(self._changed(orjson.loads(reply.content), is_first=True)))

    def _changed(self, value: Any, *, is_first: bool) -> Any:
        if isinstance(value, list):
            if self.kind == "emptied" and not self.field:
                return []
            return [self._changed(one, is_first=place == 0) for place, one in enumerate(value)]
        if not isinstance(value, dict):
            return value
        return dict(self._member(name, one, is_first) for name, one in value.items())

    def _member(self, name: str, value: Any, is_first: bool) -> tuple[str, Any]:
        if name != self.field:
            return name, self._changed(value, is_first=is_first)
        if self.kind == "renamed":
            return self.to, value
        if self.kind == "revalued" and is_first:
            return name, self.to
        if self.kind == "scaled":
            return name, _scaled(value, int(self.to))
        return name, [] if self.kind == "emptied" else value


def _scaled(value: Any, factor: int) -> Any:
    """In the type it had; a text stays one."""
    number = int(value) * factor if factor > 0 else int(value) // -factor
    return str(number) if isinstance(value, str) else number
