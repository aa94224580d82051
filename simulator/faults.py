"""What can go wrong between a source and its reader: refused, errors, garbage, truncation, slowness, rate limits.

A fault strikes every nth request of a source. What it does to a reply is decided here; what it does to the connection, in
`server.py`. Wrong figures in a well-formed reply are `corruption.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.dialect import Reply, TooMany, text_reply

KINDS = {
    "refuse": "the connection is dropped before any answer",
    "500": "HTTP 500",
    "garbage": "HTTP 200 with an HTML page",
    "truncated": "HTTP 200, the body cut in half, its length as if that were all",
    "cut": "HTTP 200, the full length announced, the connection dropped half way",
    "slow": "the answer comes after `seconds`",
    "ratelimit": "the source's own 429 with Retry-After 1",
    "moved": "HTTP 301 to another host",
    "451": "HTTP 451: not for this region",
}
NEW_HOST = "https://moved.invalid"
GARBAGE = b"<html><head><title>Maintenance</title></head><body>We will be back soon.</body></html>"


@dataclass
class Fault:
    """One source's trouble. `seen` counts requests since it began."""

    kind: str
    every_nth: int = 1
    seconds: float = 5.0
    seen: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}: one of {', '.join(KINDS)}")
        if self.every_nth < 1:
            raise ValueError("every_nth is 1 or more")

    def strikes(self) -> bool:
        """Whether this request is hit. Call once per request."""
        self.seen += 1
        return self.seen % self.every_nth == 0

    def spoil(self, reply: Reply, too_many: TooMany) -> Reply:
        """The reply as the reader gets it, for the faults that are in the reply."""
        if self.kind == "500":
            return text_reply("Internal Server Error", 500)
        if self.kind == "garbage":
            return Reply(GARBAGE, content_type="text/html")
        if self.kind == "truncated":
            return Reply(reply.content[: len(reply.content) // 2], reply.status, reply.content_type, reply.headers)
        if self.kind == "ratelimit":
            return too_many(1.0, False)
        if self.kind == "moved":
            return Reply(b"", 301, headers={"Location": NEW_HOST})
        if self.kind == "451":
            return text_reply("Unavailable For Legal Reasons", 451)
        return reply

    @classmethod
    def parse(cls, text: str) -> Fault:
        """`kind` or `kind:every_nth`."""
        kind, _, every_nth = text.partition(":")
        return cls(kind, int(every_nth or 1))
