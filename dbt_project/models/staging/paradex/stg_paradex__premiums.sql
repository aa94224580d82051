select
    {{ market_of('paradex', 'symbol') }},
    mark_price / underlying_price - 1 as premium,
    mark_price,
    underlying_price as index_price,
    {{ from_epoch_ms('created_at') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('paradex', 'market_summaries') }}) as source
where
    symbol like '%-PERP'
    and mark_price > 0
    and underlying_price > 0
