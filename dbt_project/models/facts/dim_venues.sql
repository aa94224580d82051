select
    venue,
    name,
    kind,
    design,
    product,
    region,
    jurisdiction,
    is_regulated,
    regulation,
    regulation_source_url,
    protocol,
    launched_on,
    launched_source_url,
    closed_on,
    closed_source_url,
    source_url
from {{ ref('venues') }}
