select
    {{ market_of('paradex', 'symbol') }},
    {{ premium(index='underlying_price') }},
    {{ from_epoch_ms('created_at') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('paradex', 'market_summaries') }}) as source
where
    symbol like '%-PERP'
    and {{ has_both_prices(index='underlying_price') }}
