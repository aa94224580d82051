select
    {{ market_of('lighter', 'symbol') }},
    -- a day's total does not say whose positions were closed
    'both' as side,
    'venue' as coverage,
    {{ not_given('quantity_base', 'price') }},
    data as liquidated_usd,
    {{ told_in_base() }},
    -- the start of the day it is the total of
    {{ from_epoch_s(adapter.quote('timestamp')) }} as liquidated_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('lighter', 'exchange_metrics') }}) as source
where
    kind = 'liquidation_volume'
    -- the running day is partial
    and ({{ adapter.quote('timestamp') }} + 86400) * 1000 <= {{ epoch_ms('_fetched_at') }}
