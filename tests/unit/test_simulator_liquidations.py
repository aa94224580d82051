"""Who is closed by force in the simulated market: longs when it falls, shorts when it rises."""

from __future__ import annotations

from datetime import date

import polars as pl

from simulator import Truth


def test_the_crash_closes_longs_and_a_rise_shorts() -> None:
    truth = Truth(start=date(2026, 1, 1), days=40)
    hours = truth.candles().select("market_id", "opened_at", fall=(pl.col("open") - pl.col("close")) / pl.col("open"))
    closed = (
        truth.liquidations().with_columns(opened_at=pl.col("liquidated_at").dt.truncate("1h")).join(hours, on=["market_id", "opened_at"])
    )
    share = pl.col("liquidated_usd").filter(pl.col("side") == "long").sum() / pl.col("liquidated_usd").sum()
    falls, rises = (closed.filter(one).select(share).item() for one in (pl.col("fall") > 0.01, pl.col("fall") < -0.01))
    assert falls > 0.9
    assert rises < 0.1
    on_the_day = closed.filter(pl.col("date") == truth.crash_date).group_by("side").agg(pl.col("liquidated_usd").sum())
    by_side = dict(on_the_day.rows())
    assert by_side["long"] > 2 * by_side["short"]
