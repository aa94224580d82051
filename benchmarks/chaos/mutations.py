"""One answer spoiled in one place: odd values, containers turned and cut, broken bytes. Belongs here: the mutations and nothing else."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass
from typing import Any

import orjson

ODD: tuple[Any, ...] = (
    None, True, False, {}, [], "abc", "", " ", 0, -1, 0.5, "NaN", "Infinity", "-inf", 1e308, -1e308, 2**63, 2**53 + 1, "1e999", "0x1F",
    "1_000", "1,000", "１２３", "٣٤", "null", "None", "1.5.2", "1e5", "+5", " 12 ", "'; drop table x; --", "<script>alert(1)</script>",
    "../../x", "BTC\x00USDT", "BTC\u202eUSDT", "\x1b[31mBTC\x1b[0m", "BTC\nUSDT", "A" * 10_000, "💥", 12345, 32503680000000, 32503680000,
    "1970-01-01T00:00:00Z", "2026-13-45T99:00:00Z", "2026-01-01T00:00:00", "99999-01-01T00:00:00Z",
)  # fmt: skip
TOPS: tuple[Any, ...] = ([], {}, None, 0, "x", [[]], [None], {"data": None})
BYTES_SHARE, GONE_SHARE = 0.06, 0.08


@dataclass(frozen=True)
class Mutant:
    """A spoiled body. `was` stood in the place, `said` stands there now, where one value was put in place of another."""

    kind: str
    body: bytes
    was: Any = None
    said: Any = None
    is_value: bool = False


def mutant(document: Any, body: bytes, rng: random.Random) -> Mutant:
    """One of this answer: the same random numbers make the same mutant."""
    if rng.random() < BYTES_SHARE:
        return Mutant("bytes", _broken(body, rng))
    spoiled = orjson.loads(orjson.dumps(document))
    places = _places(spoiled)
    if not places:
        return Mutant("container", _encoded(rng.choice(TOPS)))
    parent, name = rng.choice(places)
    value = parent[name]
    if isinstance(value, dict | list):
        parent[name] = _turned(value, rng)
        return Mutant("container", _encoded(spoiled))
    if isinstance(parent, dict) and rng.random() < GONE_SHARE:
        del parent[name]
        return Mutant("gone", _encoded(spoiled), value, is_value=True)
    said = parent[name] = rng.choice([*ODD, *_kin(value)])
    return Mutant("value", _encoded(spoiled), value, said, is_value=True)


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every container with every name or position in it."""
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [place for name, value in items for place in ((node, name), *_places(value))]


def _kin(value: Any) -> list[Any]:
    """Odd in relation to what stood there: another unit, another sign, another type, something around it."""
    found: list[Any] = [[value], {"a": value}]
    if isinstance(value, int | float) and not isinstance(value, bool):
        found += [str(value), -value, value * 1000, value * 10**6, value / 1000, int(value) // 1000, value + 0.5]
    elif isinstance(value, str) and value.replace(".", "", 1).replace("-", "", 1).isdigit():
        found += [float(value), "-" + value.lstrip("-"), value + "000", value + "abc"]
    elif isinstance(value, str):
        found += [value.lower()]
    return found


def _turned(value: Any, rng: random.Random) -> Any:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    turned = list(value.values()) if isinstance(value, dict) else {str(number): one for number, one in enumerate(value)}
    options: list[Any] = [type(value)(), None, turned, 0, "x", True, deep]
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        options += [value[::-1], [*value, copy.deepcopy(value[0])], value[:at] + value[at + 1 :], [None, *value[1:]], ["x", *value[1:]]]
        more: list[Any] = [0, "x", None, {}, []]
        options += [[*value, one] for one in more]
    elif value:
        lost = rng.choice(list(value))
        options += [{name: one for name, one in value.items() if name != lost}, {**value, "zz_more": rng.choice([0, None, {}])}]
    return rng.choice(options)


def _broken(body: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(body))
    options = [
        body[:at], body[:at] + bytes([rng.randrange(256)]) + body[at + 1 :], b"", b"<html><body>502 Bad Gateway</body></html>",
        b"\xef\xbb\xbf" + body, body + body, body.replace(b"null", b"NaN") if b"null" in body else b"NaN",
        body.replace(b'"', b'"\xff', 1), b"[" * 5000 + b"]" * 5000,
    ]  # fmt: skip
    return rng.choice(options)


def _encoded(document: Any) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError:  # whole numbers above 64 bits
        return json.dumps(document).encode()
