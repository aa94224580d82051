-- The rules fees are allocated by: the typed policies and the measured splits. On a day that has both, the measured one counts.
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
    policy_id,
    protocol,
    'chosen' as policy_set,
    true as is_chosen,
    true as is_in_band,
    true as is_measured,
    is_inherited,
    effective_from,
    effective_to,
    recipient,
    share,
    cast(null as double) as token_amount_per_month,
    cast(null as {{ dbt.type_string() }}) as funded_by,
    metric,
    metric_from,
    metric_to,
    'fees' as basis,
    'fees' as basis_series,
    cast(null as double) as basis_revenue_share,
    cast(null as {{ dbt.type_string() }}) as outside_basis_recipient,
    claim
from {{ ref('int_measured_fee_shares') }}
