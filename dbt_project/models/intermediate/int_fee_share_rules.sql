-- The rules fees are allocated by: the typed policies and the measured splits. On a day that has both, the measured one counts, of the
-- basis that the typed one has on the split's first day; of the fees where there is none.
with bases as (
    select distinct protocol, effective_from, effective_to, basis, basis_series, basis_revenue_share, outside_basis_recipient
    from {{ ref('fee_share_policies') }}
    where is_chosen
)

select
    policy_id,
    protocol,
    policy_set,
    is_chosen,
    is_in_band,
    false as is_measured,
    false as is_inherited,
    effective_from,
    effective_to,
    recipient,
    share,
    token_amount_per_month,
    funded_by,
    metric,
    metric_from,
    metric_to,
    basis,
    basis_series,
    basis_revenue_share,
    outside_basis_recipient,
    claim
from {{ ref('fee_share_policies') }}

union all

select
    measured.policy_id,
    measured.protocol,
    'chosen' as policy_set,
    true as is_chosen,
    true as is_in_band,
    true as is_measured,
    measured.is_inherited,
    measured.effective_from,
    measured.effective_to,
    measured.recipient,
    measured.share,
    cast(null as double) as token_amount_per_month,
    cast(null as {{ dbt.type_string() }}) as funded_by,
    measured.metric,
    measured.metric_from,
    measured.metric_to,
    case when bases.protocol is null then 'fees' else bases.basis end as basis,
    case when bases.protocol is null then 'fees' else bases.basis_series end as basis_series,
    bases.basis_revenue_share,
    bases.outside_basis_recipient,
    measured.claim
from {{ ref('int_measured_fee_shares') }} as measured
left join bases
    on
        measured.protocol = bases.protocol
        and measured.effective_from >= bases.effective_from
        and (bases.effective_to is null or measured.effective_from < bases.effective_to)
