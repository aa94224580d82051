select
    {{ market_of('extended', 'market') }},
    -- candles count base only; USD is an estimate at the hour's close
    {{ bar_in_base() }},
    {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('extended', 'candles') }}) as source
where
    {{ adapter.quote('interval') }} = 'PT1H'
    and {{ is_closed_hour(adapter.quote('time')) }}
