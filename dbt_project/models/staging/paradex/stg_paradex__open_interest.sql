select
    {{ market_of('paradex', 'symbol') }},
    {{ one_side_in_base('open_interest') }},
    {{ from_epoch_ms('created_at') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('paradex', 'market_summaries') }}) as source
where
    symbol like '%-PERP'
    and open_interest is not null
