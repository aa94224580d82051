select
    {{ market_of('extended', 'market') }},
    -- a fraction of an hour, rounded to six decimals by the venue
    funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    {{ not_given('mark_price') }},
    -- stamped one or two seconds after the hour
    {{ from_epoch_ms(settlement_ms('market', adapter.quote('time'))) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('extended', 'funding_rates') }}) as source
