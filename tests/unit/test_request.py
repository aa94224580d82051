"""A page's request as a line: what the market is called, what the page says, texts, and lines that say nothing."""

from __future__ import annotations

import pytest

from ingestion.run.source import Market
from ingestion.venue.paging import Page
from ingestion.venue.request import asks

HOUR_MS = 3_600_000
BITCOIN = Market("BTC-USD", product="usdt")


def test_a_line_is_path_and_parameters() -> None:
    line = "{settle}=@product contract=@symbol interval=1h from=@start_s to=@last_s before=@start-1 limit=@hours+2 page=@number"
    assert asks(line)(BITCOIN, Page(10 * HOUR_MS, 12 * HOUR_MS, number=3)) == {
        "path": {"settle": "usdt"},
        "params": {
            "contract": "BTC-USD", "interval": "1h", "from": 36_000, "to": 43_199, "before": 35_999_999, "limit": 4, "page": 3,
        },
    }  # fmt: skip


@pytest.mark.parametrize("line", ["symbol", "symbol=", "from=@begin", "from=@start*2", "from=@"])
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no value of a request"):
        asks(line)
