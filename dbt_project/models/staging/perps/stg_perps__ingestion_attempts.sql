with source as (
    {{ latest_version('perps', 'ingestion_attempts') }}
),

renamed as (
    select
        -- ids
        source,
        entity,

        -- text
        status,
        error,

        -- numerics
        rows_added,
        rows_quarantined,
        requests,

        -- timestamps
        attempted_at,
        last_event_at,
        last_fetched_at,
        day_from,
        day_to,
        month
    from source
)

select * from renamed
