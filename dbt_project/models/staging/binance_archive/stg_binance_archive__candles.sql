select
    {{ market_of('binance', 'symbol') }},
    -- USD-M counts base and quote; COIN-M counts contracts, and base where USD-M has quote
    open, high, low, close,
    case when market = 'cm' then quote_volume else volume end as volume_base,
    case when market = 'um' then quote_volume end as volume_quote,
    case when market = 'um' and {{ is_dollar_quoted() }} then quote_volume end as volume_usd,
    trades,
    case when market = 'cm' then volume end as amount,
    case when market = 'cm' then 'contracts' else 'base' end as amount_unit,
    case when market = 'cm' then volume end as traded_contracts,
    {{ not_given('own_contract_size', 'turnover') }},
    true as is_turnover_sure,
    {{ from_epoch_ms('open_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance_archive', 'klines', since=events_since_first_day('open_time')) }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_binance_perpetual('market') }}
    and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
