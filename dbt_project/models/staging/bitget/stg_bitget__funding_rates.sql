select
    {{ market_of('bitget', 'symbol') }},
    -- the answer does not say the interval, it follows from the spacing of settlements
    funding_rate,
    {{ not_given('funding_interval_hours', 'mark_price') }},
    {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitget', 'funding_rates') }}) as source
where {{ is_bitget_perpetual() }}
