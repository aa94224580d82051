{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    pre_hook="{{ tell_touched() }}",
    contract={'enforced': true},
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- A day of fills is fetched whole or not at all. Fills fetched before accounts were asked for have none: then the day has no count.
-- A table, and not a view as the rest of staging: a count of different accounts would read every fill there ever was at each build.
with fills as (
    select
        lower(account) as account,
        cast({{ from_epoch_s(adapter.quote('timestamp')) }} as date) as date,
        _fetched_at as fetched_at,
        month
    from ({{ latest_version('gmx', 'position_changes', since=events_since_first_day(adapter.quote('timestamp') ~ ' * 1000')) }}) as source
    where {{ in_touched_months() }}
)

select
    'gmx' as protocol,
    date,
    count(distinct account) as active_users,
    max(fetched_at) as fetched_at,
    month
from fills
where {{ since_first_day() }}
group by date, month
having count(account) = count(*)
