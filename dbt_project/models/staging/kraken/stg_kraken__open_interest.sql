-- A bucket opens with what stood at its stamp, and never changes; what follows may. History has no price: intermediate has one.
with observations as (
    select
        symbol,
        open_interest as contracts,
        case when mark_price > 0 then mark_price end as mark_price,
        server_time as observed_at,
        _fetched_at, month
    from ({{ latest_version('kraken', 'tickers') }}) as tickers
    union all
    select
        symbol,
        open as contracts,
        cast(null as double) as mark_price,
        {{ from_epoch_s(adapter.quote('timestamp')) }} as observed_at,
        _fetched_at, month
    from ({{ latest_version('kraken', 'open_interest') }}) as history
)

select
    {{ market_of('kraken', 'upper(symbol)') }},
    'one_sided' as side_convention,
    case when mark_price is not null then 'mark' end as price_kind,
    -- contracts are base of PF_ and USD of PI_
    case when {{ is_kraken_inverse() }} then contracts / mark_price else contracts end as open_interest_base,
    case when {{ is_kraken_inverse() }} then contracts else contracts * mark_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    mark_price as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from observations
where
    {{ is_kraken_perpetual() }}
    and contracts is not null
