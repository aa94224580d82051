-- Accrued allocations of a day sum to its fees exactly, in every account; and every day with fees is allocated.
with fees as (
    select protocol, date, {{ as_money('fees_usd') }} as fees_usd
    from {{ ref('fct_protocol_fees_daily') }}
    where status = 'ok' and {{ can_be_money('fees_usd') }}
),

allocated as (
    select protocol, date, policy_set, sum(amount_usd) as amount_usd
    from {{ ref('fct_fee_allocations_by_policy_daily') }}
    group by protocol, date, policy_set
),

chosen as (
    select protocol, date, sum(amount_usd) as amount_usd
    from {{ ref('fct_fee_allocations_daily') }}
    group by protocol, date
)

select allocated.protocol, allocated.date, allocated.policy_set, fees.fees_usd, allocated.amount_usd
from allocated
left join fees
    on allocated.protocol = fees.protocol and allocated.date = fees.date
where coalesce(fees.fees_usd <> allocated.amount_usd, true)

union all

select fees.protocol, fees.date, 'chosen' as policy_set, fees.fees_usd, chosen.amount_usd
from fees
left join chosen
    on fees.protocol = chosen.protocol and fees.date = chosen.date
where coalesce(fees.fees_usd <> chosen.amount_usd, true)
