select
    {{ market_of('aster', 'symbol') }},
    open, high, low, close,
    volume as volume_base,
    quote_volume as volume_quote,
    case when {{ is_dollar_quoted('symbol') }} then quote_volume end as volume_usd,
    trades,
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('open_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('aster', 'klines') }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_closed_hour('open_time') }}
