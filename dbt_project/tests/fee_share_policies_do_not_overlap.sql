-- An account has one policy in force at a time, with one row per recipient and shape: two would be paid twice.
with states as (
    {{ policy_states() }}
)

select
    protocol,
    policy_set,
    day,
    metric_value,
    cast(null as {{ dbt.type_string() }}) as recipient
from states
group by protocol, policy_set, day, metric_value
having count(distinct policy_id) > 1

union all

select
    protocol,
    policy_set,
    day,
    metric_value,
    recipient
from states
group by protocol, policy_set, day, metric_value, recipient, shape
having count(*) > 1
