select
    {{ market_of('htx', 'contract_code') }},
    case when contract_code like '%-USD' then 'swap' else 'linear-swap' end as list_id,
    symbol as base_asset,
    split_part(contract_code, '-', 2) as quote_asset,
    case when contract_code like '%-USD' then symbol else split_part(contract_code, '-', 2) end as settle_asset,
    case when contract_code like '%-USD' then 'inverse' else 'linear' end as contract_type,
    {{ htx_class() }} as underlying_class,
    -- base per contract (linear) or USD (inverse)
    case when {{ is_htx_inverse() }} then coalesce(contract_size, {{ htx_coin_m_contract_usd() }}) else contract_size end as contract_size,
    settlement_period as funding_interval_hours,
    -- suspended and settling contracts come back
    contract_status in (1, 3, 5, 7, 9) as is_listed,
    false as is_derived,
    -- midnight in UTC+8
    {{ day_start(
        "substring(create_date, 1, 4) || '-' || substring(create_date, 5, 2) || '-' || substring(create_date, 7, 2)"
    ) }} - interval '8' hour as listed_at,
    observed_on
from ({{ latest_version('htx', 'instruments') }}) as source
where {{ is_htx_perpetual() }}
