select
    source,
    entity,
    status,
    error,
    rows_added,
    rows_quarantined,
    quarantined_because,
    limitations,
    clock_seconds,
    requests,
    attempted_at,
    last_event_at,
    last_fetched_at,
    day_from,
    day_to,
    month
from ({{ latest_version('perps', 'ingestion_attempts') }}) as source
