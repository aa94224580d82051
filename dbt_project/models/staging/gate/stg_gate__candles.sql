select
    {{ market_of('gate', 'contract') }},
    -- v is contracts; sum is quote, which the one inverse contract tells otherwise
    o as open,
    h as high,
    l as low,
    c as close,
    case when not {{ is_gate_of_dollars() }} then {{ adapter.quote('sum') }} end as volume_quote,
    case when {{ is_gate_dollar_settled() }} then {{ adapter.quote('sum') }} end as volume_usd,
    v as amount,
    case when {{ is_gate_of_dollars() }} then 'usd' else 'contracts' end as amount_unit,
    v as traded_contracts,
    {{ not_given('volume_base', 'trades', 'own_contract_size', 'turnover') }},
    true as is_turnover_sure,
    {{ from_epoch_s('t') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('gate', 'candles') }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_closed_hour('t', 's') }}
