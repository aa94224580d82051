select
    {{ market_of('deribit', 'instrument_name') }},
    -- what the hour before cost; interest_8h sums eight such hours and would count each eight times
    interest_1h as funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_ms(rounded_to(adapter.quote('timestamp'), 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('deribit', 'funding_rates') }}) as source
where {{ is_deribit_perpetual() }}
