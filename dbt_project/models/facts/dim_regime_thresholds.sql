-- What the regimes call high, low, a fall and enough history, published beside them.
select
    name,
    value,
    unit,
    why,
    source_url
from {{ ref('regime_thresholds') }}
