select
    {{ market_of('binance', 'symbol') }},
    last_funding_rate as funding_rate,
    funding_interval_hours,
    {{ not_given('mark_price') }},
    -- stamped 0 to 31 ms after the hour
    {{ from_epoch_ms(rounded_to('calc_time', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance_archive', 'funding_rates', since=events_since_first_day('calc_time')) }}) as source
where {{ is_binance_perpetual('market') }}
