select
    {{ market_of('gate', 'name') }},
    settle as list_id,
    split_part(name, '_', 1) as base_asset,
    split_part(name, '_', 2) as quote_asset,
    upper(settle) as settle_asset,
    case
        when {{ is_gate_inverse(contract='name') }} then 'inverse'
        when {{ is_gate_dollar_settled() }} then 'linear'
        else 'quanto'
    end as contract_type,
    case
        when coalesce(contract_type, '') = '' then 'crypto'
        when contract_type in ('stocks', 'stock', 'etf') then 'equity'
        when contract_type in ('metals', 'commodities', 'energy') then 'commodity'
        when contract_type in ('indices', 'index') then 'index'
        when contract_type in ('forex', 'fx') then 'fx'
        else 'other'
    end as underlying_class,
    -- base per contract, or 1 USD; the multiplier is no flag of a quanto
    case when {{ is_gate_inverse(contract='name') }} then 1.0 else quanto_multiplier end as contract_size,
    case when funding_interval >= 3600 then cast(funding_interval / 3600 as bigint) end as funding_interval_hours,
    -- what is being taken off is over once nothing is held
    coalesce(status, 'trading') not in ('prelaunch', 'delisted')
        and not (coalesce(in_delisting, false) and coalesce(position_size, 0) = 0) as is_listed,
    false as is_derived,
    case
        when launch_time > 0 then {{ from_epoch_s('launch_time') }}
        when create_time > 0 then {{ from_epoch_s('create_time') }}
    end as listed_at,
    observed_on
from ({{ latest_version('gate', 'contracts') }}) as source
