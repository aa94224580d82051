select
    {{ market_of('aevo', 'instrument_name') }},
    -- a fraction per hour, settled every hour
    funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    mark_price,
    {{ from_epoch_us('cast((' ~ rounded_to(adapter.quote('timestamp'), 60000000000) ~ ') / 1000 as bigint)') }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('aevo', 'funding_rates') }}) as source
where instrument_name like '%-PERP'
