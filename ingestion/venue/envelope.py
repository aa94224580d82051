"""What an answer's envelope complains of: `{"code": "51001", "msg": …}`, whatever the status.

Belongs here: the form that many venues share. Does not: what a code means (the adapters declare it, wire/api decides).
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.wire.payload import Payload


@dataclass(frozen=True)
class Envelope:
    """One whose code is not `fine` tells of an error. Its names are those of which it has one."""

    fine: str
    codes: tuple[str, ...] = ("code",)
    messages: tuple[str, ...] = ("msg",)

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """The code and the message. A refusal is told by its status, and a body that is no object is no answer."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        body = payload.json
        code, message = (next((body[name] for name in names if name in body), None) for names in (self.codes, self.messages))
        found = "none" if code is None else str(code)
        return None if found == self.fine else (found, f"error {found}: {message}")
