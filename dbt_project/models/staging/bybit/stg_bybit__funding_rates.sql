select
    {{ market_of('bybit', 'symbol') }},
    -- the answer does not say the interval, it follows from the spacing of settlements
    funding_rate,
    {{ not_given('funding_interval_hours', 'mark_price') }},
    {{ from_epoch_ms(rounded_to('funding_rate_timestamp', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bybit', 'funding_rates') }}) as source
where {{ is_bybit_perpetual() }}
