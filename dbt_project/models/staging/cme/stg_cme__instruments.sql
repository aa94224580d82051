-- A report is a reading of the list: a contract with too few traders leaves it and comes back.
with positions as (
    select * from {{ ref('stg_cme__positions') }}
    where exchange = 'cme'
)

select
    {{ market_of('cme', 'contract_code') }},
    'commitments_of_traders' as list_id,
    base_asset,
    'USD' as quote_asset,
    'USD' as settle_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    contract_size,
    true as is_listed,
    false as is_derived,
    {{ not_given('funding_interval_hours', 'listed_at') }},
    report_date as observed_on
from positions
