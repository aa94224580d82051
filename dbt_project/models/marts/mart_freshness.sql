-- How old each entity's data are, measured at the newest ingestion attempt of all, so that the table depends on nothing but data.
with entities as (
    select
        *,
        max(attempted_at) over () as measured_at
    from {{ ref('dim_source_entities') }}
),

lagged as (
    select
        *,
        {{ hours_between('last_event_at', 'measured_at') }} as lag_hours,
        {{ stale_limit() }} as limit_hours
    from entities
)

select
    source,
    entity,
    last_event_at,
    last_fetched_at,
    lag_hours,
    case
        when status <> 'ok' then status
        when limit_hours is not null and (lag_hours is null or lag_hours > limit_hours) then 'stale'
        else 'ok'
    end as status,
    last_error,
    rows_quarantined,
    quarantined_because,
    limitations,
    clock_seconds,
    attempted_at,
    measured_at
from lagged
