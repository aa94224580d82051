select
    {{ market_of('bybit', 'symbol') }},
    -- linear has base in volume and quote in turnover; inverse has USD in volume and base in turnover
    open, high, low, close,
    case when category = 'inverse' then turnover else volume end as volume_base,
    case when category = 'inverse' then volume else turnover end as volume_quote,
    case
        when category = 'inverse' then volume
        when {{ is_bybit_dollar_quoted() }} then turnover
    end as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('start_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bybit', 'klines') }}) as source
where
    {{ adapter.quote('interval') }} = '60'
    and {{ is_bybit_perpetual() }}
    and {{ is_closed_hour('start_time') }}
