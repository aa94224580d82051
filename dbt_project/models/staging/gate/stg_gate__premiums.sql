select
    {{ market_of('gate', 'name') }},
    mark_price / index_price - 1 as premium,
    mark_price,
    index_price,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('gate', 'contract_states') }}) as source
where
    mark_price > 0
    and index_price > 0
