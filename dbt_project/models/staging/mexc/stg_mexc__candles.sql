select
    {{ market_of('mexc', 'symbol') }},
    -- vol counts contracts; amount is quote on linear and base on inverse ones
    open, high, low, close,
    vol as amount,
    'contracts' as amount_unit,
    vol as traded_contracts,
    {{ not_given('volume_base', 'volume_quote', 'volume_usd', 'trades', 'own_contract_size') }},
    source.amount as turnover,
    true as is_turnover_sure,
    {{ from_epoch_s(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('mexc', 'klines') }}) as source
where
    symbol in {{ mexc_perpetuals() }}
    and {{ adapter.quote('interval') }} = 'Min60'
    and {{ is_closed_hour(adapter.quote('time'), 's') }}
