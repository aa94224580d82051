-- What the newest ingestion attempt of each source and entity said; event and fetch times are the newest any attempt reported.
with attempts as (
    select
        *,
        row_number() over (partition by source, entity order by attempted_at desc) as newest,
        max(last_event_at) over (partition by source, entity) as newest_event_at,
        max(last_fetched_at) over (partition by source, entity) as newest_fetched_at
    from {{ ref('stg_perps__ingestion_attempts') }}
)

select
    source,
    entity,
    status,
    attempted_at,
    newest_event_at as last_event_at,
    newest_fetched_at as last_fetched_at,
    error as last_error,
    rows_added,
    rows_quarantined,
    requests
from attempts
where newest = 1
