-- The chosen account of each day: dated policy × basis. Rivals are in fct_fee_allocations_by_policy_daily.
select
    protocol,
    date,
    recipient,
    amount_usd,
    share,
    policy_share,
    basis,
    basis_usd,
    policy_id,
    claim,
    is_holders,
    is_inherited,
    unallocated_reason,
    month
from {{ ref('fct_fee_allocations_by_policy_daily') }}
where policy_set = 'chosen'
