select
    venue,
    halted_from,
    halted_to,
    reason,
    source_url
from {{ ref('venue_halts') }}
