-- When somebody is alerted, published beside what was.
select
    rule,
    quantity,
    threshold,
    unit,
    coalesce(valid_from, date '1970-01-01') as valid_from,
    valid_to,
    note,
    source_url
from {{ ref('alert_rules') }}
