select
    {{ market_of('hyperliquid', 'coin') }},
    -- candles count base only; USD is an estimate at the hour's close
    open, high, low, close,
    volume as volume_base,
    volume * close as volume_quote,
    volume * close as volume_usd,
    trades,
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('open_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid', 'candles') }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
    -- spot pairs are written @107 or PURR/USDC
    and coin not like '@%'
    and coin not like '%/%'
