select
    {{ market_of('bitget', 'symbol') }},
    -- linear has base in volume and quote in turnover; coin-margined has USD in volume and base in turnover
    open, high, low, close,
    case when {{ is_bitget_inverse() }} then turnover else volume end as volume_base,
    case when {{ is_bitget_inverse() }} then volume else turnover end as volume_quote,
    case when {{ is_bitget_inverse() }} then volume else turnover end as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('ts') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitget', 'candles') }}) as source
where
    granularity = '1H'
    and {{ is_bitget_perpetual() }}
    and {{ is_closed_hour('ts') }}
