select
    {{ market_of('kraken', 'upper(symbol)') }},
    -- volume is contracts, base of PF_ and USD of PI_; the other one is estimated at the close
    open, high, low, close,
    case when {{ is_kraken_inverse() }} then volume / nullif(close, 0) else volume end as volume_base,
    case when {{ is_kraken_inverse() }} then volume else volume * close end as volume_quote,
    case when {{ is_kraken_inverse() }} then volume else volume * close end as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kraken', 'candles') }}) as source
where
    resolution = '1h'
    and {{ is_kraken_perpetual() }}
    and {{ is_closed_hour(adapter.quote('time')) }}
