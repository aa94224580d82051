-- What the newest ingestion attempt of each source and entity said; event and fetch times are the newest any attempt reported.
-- Rows set aside stay in sight for a day: they are the most that one attempt of the last 24 hours set aside, and its reason.
with attempts as (
    select
        *,
        row_number() over (partition by source, entity order by attempted_at desc) as newest,
        max(last_event_at) over (partition by source, entity) as newest_event_at,
        max(last_fetched_at) over (partition by source, entity) as newest_fetched_at,
        max(attempted_at) over (partition by source, entity) as newest_attempted_at
    from {{ ref('stg_perps__ingestion_attempts') }}
),

ranked as (
    select
        source,
        entity,
        rows_quarantined,
        quarantined_because,
        row_number() over (partition by source, entity order by rows_quarantined desc, attempted_at desc) as most
    from attempts
    where {{ hours_between('attempted_at', 'newest_attempted_at') }} < 24
)

select
    attempts.source,
    attempts.entity,
    attempts.status,
    attempts.attempted_at,
    attempts.newest_event_at as last_event_at,
    attempts.newest_fetched_at as last_fetched_at,
    attempts.error as last_error,
    attempts.rows_added,
    ranked.rows_quarantined,
    ranked.quarantined_because,
    attempts.limitations,
    attempts.clock_seconds,
    attempts.requests
from attempts
inner join ranked
    on attempts.source = ranked.source and attempts.entity = ranked.entity and ranked.most = 1
where attempts.newest = 1
