-- The rows of a policy are one split, named after it: the same days, basis, remainder, and at most one metric; tokens are paid for by a row that is there.
select policy_id, 'rows differ' as problem
from {{ ref('fee_share_policies') }}
group by policy_id
having
    count(distinct effective_from) > 1
    or count(distinct coalesce(cast(effective_to as {{ dbt.type_string() }}), 'open')) > 1
    or count(distinct basis) > 1
    or count(distinct coalesce(basis_series, 'none')) > 1
    or count(distinct coalesce(outside_basis_recipient, 'none')) > 1
    or count(distinct basis_revenue_share) > 1
    or count(distinct metric) > 1
    or count(distinct is_in_band) > 1

union all

select policy_id, 'named wrongly' as problem
from {{ ref('fee_share_policies') }}
where policy_id <> protocol || ':' || policy_set || ':' || cast(effective_from as {{ dbt.type_string() }})

union all

select tokens.policy_id, 'nobody pays' as problem
from {{ ref('fee_share_policies') }} as tokens
left join {{ ref('fee_share_policies') }} as payers
    on
        tokens.policy_id = payers.policy_id
        and tokens.funded_by = payers.recipient
        and payers.shape = 'share'
where tokens.funded_by is not null and payers.policy_id is null
