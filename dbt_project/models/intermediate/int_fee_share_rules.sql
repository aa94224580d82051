-- The rules fees are allocated by: the typed policies, and in place of a chosen one what was measured, from the first day it was. Rivals stay.
with measured as (
    select * from {{ ref('int_measured_fee_shares') }}
),

firsts as (
    select protocol, min(effective_from) as measured_from
    from measured
    group by protocol
)

select
    policies.policy_id,
    policies.protocol,
    policies.policy_set,
    policies.is_chosen,
    policies.is_in_band,
    policies.effective_from,
    case
        when not policies.is_chosen or firsts.measured_from is null then policies.effective_to
        else least(coalesce(policies.effective_to, firsts.measured_from), firsts.measured_from)
    end as effective_to,
    policies.recipient,
    policies.share,
    policies.token_amount_per_month,
    policies.funded_by,
    policies.metric,
    policies.metric_from,
    policies.metric_to,
    policies.basis,
    policies.basis_revenue_share,
    policies.outside_basis_recipient,
    policies.claim
from {{ ref('fee_share_policies') }} as policies
left join firsts
    on policies.protocol = firsts.protocol
where not policies.is_chosen or firsts.measured_from is null or policies.effective_from < firsts.measured_from

union all

select
    policy_id,
    protocol,
    'chosen' as policy_set,
    true as is_chosen,
    true as is_in_band,
    effective_from,
    effective_to,
    recipient,
    share,
    cast(null as double) as token_amount_per_month,
    cast(null as {{ dbt.type_string() }}) as funded_by,
    cast(null as {{ dbt.type_string() }}) as metric,
    cast(null as double) as metric_from,
    cast(null as double) as metric_to,
    'fees' as basis,
    cast(null as double) as basis_revenue_share,
    cast(null as {{ dbt.type_string() }}) as outside_basis_recipient,
    claim
from measured
