select
    {{ market_of('paradex', 'symbol') }},
    -- candles count base only; USD is an estimate at the hour's close
    {{ bar_in_base() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('paradex', 'klines') }}) as source
where
    resolution = '60'
    and price_kind = 'last'
    and symbol like '%-PERP'
    and {{ is_closed_hour(adapter.quote('time')) }}
