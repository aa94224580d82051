select
    venue,
    halted_from,
    coalesce(halted_to, {{ day_start("date '9999-12-31'") }}) as halted_to,
    reason,
    source_url
from {{ ref('venue_halts') }}
