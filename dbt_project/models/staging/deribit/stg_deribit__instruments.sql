select
    {{ market_of('deribit', 'instrument_name') }},
    'future' as list_id,
    -- lists before 2026 name neither class nor, before 2022, the counter currency
    base_currency as base_asset,
    coalesce(counter_currency, quote_currency) as quote_asset,
    coalesce(settlement_currency, case when {{ is_deribit_inverse() }} then base_currency else quote_currency end) as settle_asset,
    case when {{ is_deribit_inverse() }} then 'inverse' else 'linear' end as contract_type,
    case coalesce(underlying_type, 'crypto')
        when 'crypto' then 'crypto'
        when 'crypto_index' then 'index'
        when 'equity' then 'equity'
        when 'equity_etf' then 'equity'
        when 'preipo' then 'equity'
        when 'commodity' then 'commodity'
        when 'fx' then 'fx'
        else 'other'
    end as underlying_class,
    -- base per contract (linear) or USD (inverse); amounts count base or USD, not contracts
    contract_size,
    cast(1 as bigint) as funding_interval_hours,
    is_active as is_listed,
    false as is_derived,
    {{ from_epoch_ms('creation_timestamp') }} as listed_at,
    observed_on
from ({{ latest_version('deribit', 'instruments') }}) as source
where {{ is_deribit_perpetual() }}
