"""A page's request as one line: `{settle}=@product contract=@symbol interval=1h from=@start_s to=@end-1`.

Belongs here: the notation. Does not: which pages there are (paging), when one is asked for (series).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ingestion.run.source import Market
from ingestion.venue.paging import Page

Ask = Callable[[Market, Page], Mapping[str, Any]]
"""The request's `params`, `path` and `json`, as Session.get takes them."""
OF_THE_MARKET = ("symbol", "product")
TOLD = re.compile(r"@(\w+)([+-]\d+)?")


@cache
def asks(line: str) -> Ask:
    """The request that a line tells. A name in braces stands in the path, any other is a parameter.

    A value is the text itself or, after `@`, what the market is called (`symbol`, `product`) or what Page says, with a number added to it.
    Raises ValueError for a line of another form.
    """
    parts = [(name.strip("{}"), name.startswith("{"), value) for name, _, value in (one.partition("=") for one in line.split())]
    odd = [value for _, _, value in parts if not value or (value.startswith("@") and not _is_told(value))]
    if odd:
        raise ValueError(f"no value of a request: {odd[0]!r} in {line!r}")

    def ask(market: Market, page: Page) -> Mapping[str, Any]:
        told = [(name, is_slot, _value(value, market, page)) for name, is_slot, value in parts]
        return {
            "path": {name: value for name, is_slot, value in told if is_slot},
            "params": {name: value for name, is_slot, value in told if not is_slot},
        }

    return ask


def _is_told(value: str) -> bool:
    found = TOLD.fullmatch(value)
    return found is not None and (found[1] in OF_THE_MARKET or hasattr(Page(0, 0), found[1]))


def _value(text: str, market: Market, page: Page) -> Any:
    found = TOLD.fullmatch(text)
    if found is None:
        return text
    value = getattr(market if found[1] in OF_THE_MARKET else page, found[1])
    return value + int(found[2]) if found[2] else value
