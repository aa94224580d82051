"""One answer of a source, with its request: what is landed, and what parsers read.

Belongs here: the body and what is known of it. Does not: what its rows are (venue), how it is kept (store).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from ingestion.errors import BadAnswer, Unroutable

PLAIN = b'0123456789.,"-eE[]'
BETWEEN_ROWS = b"],["


def is_plain(body: bytes) -> bool:
    """Whether a body is a list of lists of numbers, bare or as text: no word, no space, nothing nested."""
    if not (body.startswith(b"[[") and body.endswith(b"]]")) or body.translate(None, PLAIN):
        return False
    return body.count(b"[") == body.count(b"]") == body.count(BETWEEN_ROWS) + 2


@dataclass(frozen=True)
class Payload:
    """One response body with its request. `url` carries neither query nor secrets; `asked` are the bounds that were asked for, [start, end)
    in Unix milliseconds, where the request has such: what lies outside is not of this answer.
    """

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
    asked: tuple[int, int] | None = None

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
