select
    {{ market_of('bingx', 'symbol') }},
    -- candles count base only; quote is an estimate at the hour's close
    {{ bar_in_base() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bingx', 'klines') }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_closed_hour(adapter.quote('time')) }}
