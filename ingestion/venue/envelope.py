"""What an answer's envelope complains of: `{"code": "51001", "msg": …}`, whatever the status.

Belongs here: the form that many venues share. Does not: what a code means (the adapters declare it, wire/api decides).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.wire.payload import Payload


def complaint(payload: Payload, fine: str, codes: Sequence[str] = ("code",), messages: Sequence[str] = ("msg",)) -> tuple[str, str] | None:
    """The code and the message of an envelope whose code is not `fine`; its names are those of which it has one.

    A refusal is told by its status, and a body that is no object is no answer.
    """
    if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
        return None if payload.status >= 400 else ("none", "an answer without an envelope")
    code, message = (next((payload.json[name] for name in names if name in payload.json), None) for names in (codes, messages))
    found = "none" if code is None else str(code)
    return None if found == fine else (found, f"error {found}: {message}")
