with positions as (
    select * from {{ ref('stg_cme__positions') }}
    where exchange = 'cme'
)

select
    {{ market_of('cme', 'contract_code') }},
    'one_sided' as side_convention,
    -- the report has no price, and no candle of this venue has one
    open_interest_contracts as amount,
    'contracts' as amount_unit,
    {{ not_given('price_kind', 'open_interest_base', 'open_interest_usd', 'long_usd', 'short_usd', 'price_used') }},
    {{ not_given('own_contract_size', 'traded_contracts', 'traded_turnover') }},
    -- the close of Tuesday, 16:00 in Chicago, is 21:00 or 22:00 UTC
    {{ day_start('report_date') }} + interval '21' hour as observed_at,
    fetched_at, month
from positions
