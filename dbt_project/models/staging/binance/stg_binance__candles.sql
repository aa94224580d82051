select
    {{ market_of('binance', 'symbol') }},
    -- USD-M counts base and quote; COIN-M counts contracts, and base where USD-M has quote
    open, high, low, close,
    case when product = 'cm' then quote_volume else volume end as volume_base,
    case when product = 'um' then quote_volume end as volume_quote,
    case when product = 'um' and {{ is_dollar_quoted('symbol') }} then quote_volume end as volume_usd,
    trades,
    case when product = 'cm' then volume end as amount,
    case when product = 'cm' then 'contracts' else 'base' end as amount_unit,
    case when product = 'cm' then volume end as traded_contracts,
    {{ not_given('own_contract_size', 'turnover') }},
    true as is_turnover_sure,
    {{ from_epoch_ms('open_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance', 'klines') }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_binance_perpetual('product', 'symbol') }}
    and {{ is_closed_hour('open_time') }}
