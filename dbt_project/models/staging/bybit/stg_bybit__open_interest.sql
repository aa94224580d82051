-- openInterest is the sum of both sides, in base for linear and in USD for inverse. History gives no price: intermediate has one.
with observations as (
    select
        category,
        symbol,
        {{ bybit_one_side() }} as one_side,
        case when mark_price > 0 then mark_price end as mark_price,
        {{ adapter.quote('time') }} as observed_ms,
        _fetched_at, month
    from ({{ latest_version('bybit', 'tickers') }}) as tickers
    union all
    select
        category,
        symbol,
        {{ bybit_one_side() }} as one_side,
        cast(null as double) as mark_price,
        {{ adapter.quote('timestamp') }} as observed_ms,
        _fetched_at, month
    from ({{ latest_version('bybit', 'open_interest') }}) as history
)

select
    {{ market_of('bybit', 'symbol') }},
    -- the venue counts both sides, the figures below are one
    'two_sided' as side_convention,
    case when mark_price is not null then 'mark' end as price_kind,
    case when category = 'inverse' then one_side / mark_price else one_side end as open_interest_base,
    case
        when category = 'inverse' then one_side
        when {{ is_bybit_dollar_quoted() }} then one_side * mark_price
    end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    mark_price as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms('observed_ms') }} as observed_at,
    _fetched_at as fetched_at, month
from observations
where
    {{ is_bybit_perpetual() }}
    and one_side is not null
