select
    {{ market_of('mexc', 'symbol') }},
    -- every settlement says its own interval
    funding_rate,
    collect_cycle as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_ms(rounded_to('settle_time', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('mexc', 'funding_rates') }}) as source
