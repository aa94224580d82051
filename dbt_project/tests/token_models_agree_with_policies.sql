-- What becomes of bought tokens is told once: a model's disposal is that of the buybacks of the chosen policy, on every day that both cover.
with bought as (
    select
        models.protocol,
        models.effective_from,
        models.token_model,
        models.disposal,
        case policies.recipient
            when 'buyback_hold' then 'held'
            when 'buyback_distribute' then 'distributed'
            else 'burned'
        end as policy_disposal
    from {{ ref('token_models') }} as models
    inner join {{ ref('fee_share_policies') }} as policies
        on
            models.protocol = policies.protocol
            and (policies.effective_to is null or models.effective_from < policies.effective_to)
            and (models.effective_to is null or policies.effective_from < models.effective_to)
    where policies.is_chosen and policies.recipient in ('buyback_hold', 'buyback_distribute', 'buyback_burn', 'burn')
)

select distinct *
from bought
where
    disposal is null
    or ('_and_' || disposal || '_and_') not like ('%_and_' || policy_disposal || '_and_%')
    or (token_model = 'buyback_burn' and policy_disposal <> 'burned')
    or (token_model = 'buyback_hold' and policy_disposal <> 'held')
