-- Hours of the archive's trades; an hour it lacks is taken from REST's bars, which are stamped at their close.
with both_kinds as (
    select
        symbol, {{ adapter.quote('hour') }} as opened_at, open, high, low, close, home_notional, foreign_notional, trades, 0 as rank_of_kind,
        _fetched_at, month
    from ({{ latest_version('bitmex', 'trade_hours') }}) as hours
    union all
    select
        symbol, {{ adapter.quote('timestamp') }} - interval '1' hour as opened_at, open, high, low, close, home_notional, foreign_notional,
        trades, 1 as rank_of_kind, _fetched_at, month
    from ({{ latest_version('bitmex', 'trade_bins') }}) as bins
    where
        bin_size = '1h'
        and {{ adapter.quote('timestamp') }} <= _fetched_at
),

ranked as (
    select
        *,
        row_number() over (partition by month, symbol, opened_at order by rank_of_kind) as choice
    from both_kinds
    where {{ is_bitmex_perpetual() }}
)

select
    {{ market_of('bitmex', 'symbol') }},
    -- size is contracts and not used; notionals are base and quote on inverse, linear and quanto contracts alike
    open, high, low, close,
    home_notional as volume_base,
    foreign_notional as volume_quote,
    case when {{ is_bitmex_dollar_quoted() }} then foreign_notional end as volume_usd,
    trades,
    {{ told_in_base('candles') }},
    opened_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1
