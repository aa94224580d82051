{# The rows of fee_share_policies in every state a policy can be in: on each day a row of the account begins or ends, and for each value at
   which a metric's bound lies. Between two such points nothing changes, so what holds at the points holds always. Metrics are never negative,
   so 0 stands for everything below the lowest bound. #}
{% macro policy_states() -%}
    select points.day, points.metric_value, policies.*
    from {{ ref('fee_share_policies') }} as policies
    inner join (
        select days.protocol, days.policy_set, days.day, bounds.metric_value
        from (
            select protocol, policy_set, effective_from as day from {{ ref('fee_share_policies') }}
            union
            select protocol, policy_set, effective_to as day from {{ ref('fee_share_policies') }} where effective_to is not null
        ) as days
        inner join (
            select protocol, policy_set, cast(0 as double) as metric_value from {{ ref('fee_share_policies') }}
            union
            select protocol, policy_set, metric_from as metric_value from {{ ref('fee_share_policies') }} where metric_from is not null
            union
            select protocol, policy_set, metric_to as metric_value from {{ ref('fee_share_policies') }} where metric_to is not null
        ) as bounds
            on days.protocol = bounds.protocol and days.policy_set = bounds.policy_set
    ) as points
        on policies.protocol = points.protocol and policies.policy_set = points.policy_set
    where
        policies.effective_from <= points.day
        and (policies.effective_to is null or points.day < policies.effective_to)
        and (policies.metric_from is null or policies.metric_from <= points.metric_value)
        and (policies.metric_to is null or points.metric_value < policies.metric_to)
{%- endmacro %}
