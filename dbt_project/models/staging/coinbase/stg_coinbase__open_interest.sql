select
    {{ market_of('coinbase', 'symbol') }},
    {{ one_side_in_base('open_interest') }},
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coinbase', 'tickers') }}) as source
where {{ is_coinbase_own(adapter.quote('timestamp')) }} and open_interest is not null
