select
    {{ market_of('edgex', 'contract_name') }},
    open, high, low, close,
    {{ adapter.quote('size') }} as volume_base,
    {{ adapter.quote('value') }} as volume_quote,
    {{ adapter.quote('value') }} as volume_usd,
    trades,
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('kline_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('edgex', 'klines') }}) as source
where
    kline_type = 'HOUR_1'
    and price_type = 'LAST_PRICE'
    and {{ is_closed_hour('kline_time') }}
