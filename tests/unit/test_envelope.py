"""The envelope that many venues share: what is an error in it, and bodies that have none."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.errors import NotAvailable, Rejected
from ingestion.venue.envelope import Envelope
from ingestion.venue.registry import all_sources

VENUES = {name: source for name, source in all_sources().items() if getattr(source, "envelope", None)}


@pytest.mark.parametrize("name", VENUES)
def test_bodies_without_an_envelope_are_no_answers(name: str, payload: Any) -> None:
    source = VENUES[name]
    endpoint = source.endpoints[0].name
    with pytest.raises(NotAvailable, match="HTTP 403"):
        source.check(payload(name, endpoint, b"error code: 1015", status=403))
    with pytest.raises(Rejected, match="without an envelope"):
        source.check(payload(name, endpoint, [1]))


def test_a_code_and_a_message_go_by_several_names(payload: Any) -> None:
    envelope = Envelope("00000", ("code", "err_code"), ("msg", "err_msg"))
    assert envelope.complaint(payload("kucoin", "kline", {"code": "00000", "data": []})) is None
    assert envelope.complaint(payload("kucoin", "kline", {"err_code": "40034", "err_msg": "no"})) == ("40034", "error 40034: no")
    assert envelope.complaint(payload("kucoin", "kline", {"data": []})) == ("none", "error none: None")
