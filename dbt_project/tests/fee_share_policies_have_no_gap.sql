-- A policy ends where the next of its account begins, and every protocol that takes fees of perpetuals has a chosen one.
with policies as (
    select distinct protocol, policy_set, effective_from, effective_to
    from {{ ref('fee_share_policies') }}
),

followed as (
    select
        *,
        lead(effective_from) over (partition by protocol, policy_set order by effective_from, effective_to) as next_from
    from policies
)

select protocol, policy_set, effective_from, effective_to, next_from
from followed
where next_from is not null and (effective_to is null or effective_to <> next_from)

union all

select
    protocols.protocol,
    'chosen' as policy_set,
    cast(null as date) as effective_from,
    cast(null as date) as effective_to,
    cast(null as date) as next_from
from {{ ref('protocols') }} as protocols
left join policies
    on protocols.protocol = policies.protocol and policies.policy_set = 'chosen'
where protocols.category = 'perp' and policies.protocol is null
