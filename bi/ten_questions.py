"""Ten questions about perpetual futures, answered from what is published: a notebook of marimo, which is a
plain Python file.

    .venv/bin/python -m pip install "marimo==0.25.2"
    PERPS_DATA_DIR=data/demo .venv/bin/marimo edit bi/ten_questions.py

Each question is one cell: its text, its SQL, a table or a picture. Belongs here: questions a reader would ask
next. Does not: definitions of figures (docs/metrics.md), queries with their answers on a page (docs/queries).
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Ten questions about perpetual futures")

with app.setup:
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo
    import matplotlib
    import polars as pl

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    published = Path(os.environ.get("PERPS_DATA_DIR", "data")) / "published" / "current" / "perps.duckdb"


@app.function
def ask(sql: str) -> pl.DataFrame:
    """One question of the version that is out now."""
    with duckdb.connect(str(published), read_only=True) as warehouse:
        return warehouse.execute(sql).pl()


@app.function
def lines(frame: pl.DataFrame, by: str | None, values: list[str], unit: str) -> Figure:
    """A picture with a line for each of `values`, or for each of what `by` names."""
    figure, axes = plt.subplots(figsize=(9, 3))
    for name, part in frame.partition_by(by, as_dict=True).items() if by else [((), frame)]:
        for value in values:
            axes.plot(part["date"], part[value], label=str(name[0]) if name else value)
    axes.set_ylabel(unit)
    axes.legend(fontsize="small", ncols=4)
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


@app.cell
def opening():
    _shown = ask("select version, published_at, is_simulated from quality.publication")
    mo.vstack([mo.md("# Ten questions about perpetual futures\n\nThe publication that answers:"), _shown])
    return


@app.cell
def how_big():
    size = ask("""
        select date, volume_usd / 1e9 as volume_busd, open_interest_usd / 1e9 as open_interest_busd
        from marts.mart_market_overview_daily order by date
    """)
    mo.vstack([mo.md("## 1. How big is the market?"), lines(size, None, ["volume_busd", "open_interest_busd"], "USD, thousand millions")])
    return (size,)


@app.cell
def who_holds_it():
    shares = ask("""
        select venue, round(100 * sum(volume_usd) / sum(sum(volume_usd)) over (), 1) as volume_pct,
               round(sum(volume_usd) / count(distinct date) / 1e9, 2) as volume_a_day_busd
        from marts.mart_venue_asset_daily
        where date > (select max(date) from marts.mart_venue_asset_daily) - 30
        group by venue order by volume_pct desc nulls last limit 10
    """)
    mo.vstack([mo.md("## 2. At which venues does it trade?"), shares])
    return (shares,)


@app.cell
def what_longs_pay():
    funding = ask("""
        select date, asset, 100 * funding_rate_apr as funding_pct
        from marts.mart_asset_daily where asset in ('BTC', 'ETH', 'SOL') order by asset, date
    """)
    mo.vstack([mo.md("## 3. What does holding a long cost a year?"), lines(funding, "asset", ["funding_pct"], "% a year")])
    return (funding,)


@app.cell
def where_spreads_are():
    spreads = ask("""
        select asset, long_venue, short_venue, round(100 * spread_apr, 1) as spread_pct_a_year,
               persistence_30d || ' of ' || days_30d as days_same_sign, round(breakeven_days, 1) as breakeven_days
        from marts.mart_funding_spreads_daily
        where date = (select max(date) from marts.mart_funding_spreads_daily) and spread_apr > 0 and breakeven_days is not null
        order by breakeven_days, spread_apr desc limit 10
    """)
    mo.vstack([mo.md("## 4. Which pair of venues pays its fees soonest?"), spreads])
    return (spreads,)


@app.cell
def how_volatile():
    volatility = ask("""
        select date, asset, 100 * realised_volatility_7d as volatility_pct
        from marts.mart_asset_daily where asset in ('BTC', 'ETH', 'SOL') order by asset, date
    """)
    mo.vstack([mo.md("## 5. How volatile is it?"), lines(volatility, "asset", ["volatility_pct"], "% a year")])
    return (volatility,)


@app.cell
def what_was_forced():
    forced = ask("""
        select asset, date, round(liquidations_usd / 1e6, 1) as liquidations_musd, liquidations_coverage as told_by
        from marts.mart_asset_daily where liquidations_usd is not null order by liquidations_usd desc limit 10
    """)
    mo.vstack([mo.md("## 6. On which days was most closed by force, and who tells?"), forced])
    return (forced,)


@app.cell
def which_kind_of_day():
    kinds = ask("""
        select asset, count(*) as days, count(case regime when 'calm' then 1 end) as calm,
               count(case regime when 'stress' then 1 end) as stress,
               count(case regime when 'build_up' then 1 end) as build_up, count(case regime when 'deleveraging' then 1 end) as deleveraging
        from marts.mart_market_regime_daily group by asset order by asset
    """)
    mo.vstack([mo.md("## 7. What kinds of days were these? A day without a kind has too little history."), kinds])
    return (kinds,)


@app.cell
def who_is_paid():
    paid = ask("""
        select protocol, round(sum(fees_usd) / 1e6, 1) as fees_musd,
               round(sum(take_rate_bps * volume_usd) / nullif(sum(case when take_rate_bps is not null then volume_usd end), 0), 2)
                   as take_rate_bps,
               round(100 * sum(case when fees_usd is not null then holders_accrued_usd end)
                   / nullif(sum(case when holders_accrued_usd is not null then fees_usd end), 0), 1) as holders_pct,
               round(100 * sum(holders_accrued_share_low * fees_usd)
                   / nullif(sum(case when holders_accrued_share_low is not null then fees_usd end), 0), 1) as lowest_pct,
               round(100 * sum(holders_accrued_share_high * fees_usd)
                   / nullif(sum(case when holders_accrued_share_high is not null then fees_usd end), 0), 1) as highest_pct
        from marts.mart_protocol_scorecard_daily
        where date > (select max(date) from marts.mart_protocol_scorecard_daily) - 30 and fees_usd is not null and not is_part
        group by protocol order by fees_musd desc limit 10
    """)
    mo.vstack([mo.md("## 8. Which part of a protocol's fees are its tokenholders due? Empty: nobody knows."), paid])
    return (paid,)


@app.cell
def what_tokens_yield():
    yields = ask("""
        select protocol, round(market_cap_usd / 1e6) as market_cap_musd, round(100 * holder_yield, 1) as yield_pct,
               round(100 * net_real_yield, 1) as net_real_yield_pct, round(price_to_fees, 1) as price_to_fees
        from marts.mart_protocol_scorecard_daily
        where date = (select max(date) from marts.mart_protocol_scorecard_daily) and holder_yield is not null and not is_part
        order by holder_yield desc limit 10
    """)
    mo.vstack([mo.md("## 9. What does a token yield, before and after what is given away?"), yields])
    return (yields,)


@app.cell
def how_good():
    trust = ask("""
        select metric, other_source, count(*) as figures,
               round(100 * avg(case when is_within_tolerance then 1.0 else 0.0 end), 1) as agree_pct,
               count(case when not is_within_tolerance and known_reason is null then 1 end) as unexplained
        from marts.mart_reconciliation_daily group by metric, other_source order by metric, other_source
    """)
    mo.vstack([mo.md("## 10. Do others have the same figures?"), trust])
    return (trust,)


if __name__ == "__main__":
    app.run()
