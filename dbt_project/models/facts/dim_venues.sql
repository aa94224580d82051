select
    venue,
    name,
    kind,
    design,
    region,
    jurisdiction,
    is_regulated,
    protocol,
    launched_on,
    closed_on,
    source_url
from {{ ref('venues') }}
