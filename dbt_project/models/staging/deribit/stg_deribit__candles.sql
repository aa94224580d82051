select
    {{ market_of('deribit', 'instrument_name') }},
    -- volume is base and cost USD or USDC, on inverse and linear instruments alike
    open, high, low, close,
    volume as volume_base,
    cost as volume_quote,
    case when {{ is_deribit_dollar_quoted() }} then cost end as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('tick') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('deribit', 'charts') }}) as source
where
    resolution = '60'
    and {{ is_deribit_perpetual() }}
    and {{ is_closed_hour('tick') }}
