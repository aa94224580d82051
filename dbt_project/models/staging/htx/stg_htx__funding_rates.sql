select
    {{ market_of('htx', 'contract_code') }},
    -- realized_rate is null nearly always; the interval is in the list, not in the row
    funding_rate,
    {{ not_given('funding_interval_hours', 'mark_price') }},
    {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('htx', 'funding_rates') }}) as source
where {{ is_htx_perpetual() }}
