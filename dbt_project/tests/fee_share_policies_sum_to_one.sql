-- The shares of an account's rows in force sum to 1, chosen or rival, in every state: a gain of one recipient is another's loss.
with states as (
    {{ policy_states() }}
)

select
    protocol,
    policy_set,
    day,
    metric_value,
    sum(coalesce(share, 0)) as total
from states
group by protocol, policy_set, day, metric_value
having abs(sum(coalesce(share, 0)) - 1) > 1e-9
