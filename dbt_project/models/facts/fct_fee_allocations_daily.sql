-- The chosen account of each day: dated policy × basis. Rivals are in fct_fee_allocations_by_policy_daily.
select
    allocations.protocol,
    allocations.date,
    allocations.recipient,
    allocations.amount_usd,
    allocations.share,
    allocations.policy_share,
    allocations.accrued_by,
    allocations.fee_basis,
    allocations.basis_usd,
    allocations.policy_id,
    allocations.claim,
    allocations.is_holders,
    allocations.is_inherited,
    parts.protocol is not null as is_part,
    allocations.unallocated_reason,
    allocations.month
from {{ ref('fct_fee_allocations_by_policy_daily') }} as allocations
{{ join_parts('allocations', "'fees'") }}
where allocations.policy_set = 'chosen'
