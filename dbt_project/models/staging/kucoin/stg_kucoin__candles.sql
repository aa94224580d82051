select
    {{ market_of('kucoin', 'symbol') }},
    -- lots; the turnover is quote on linear and base on inverse contracts, and at times counts
    -- lots again
    open, high, low, close,
    volume as amount,
    'contracts' as amount_unit,
    volume as traded_contracts,
    {{ not_given('volume_base', 'volume_quote', 'volume_usd', 'trades', 'own_contract_size') }},
    turnover,
    false as is_turnover_sure,
    {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kucoin', 'candles') }}) as source
where
    granularity = 60
    and symbol in {{ kucoin_perpetuals() }}
    and {{ is_closed_hour(adapter.quote('time')) }}
