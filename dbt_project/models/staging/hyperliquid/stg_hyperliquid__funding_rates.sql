select
    {{ market_of('hyperliquid', 'coin') }},
    -- paid every 8 hours before 2023-06-08T00:00Z (1686182400000 ms) and hourly since; the answer does not say
    funding_rate,
    cast(
        case when {{ floored_to(adapter.quote('time'), 3600000) }} < 1686182400000 then 8 else 1 end as bigint
    ) as funding_interval_hours,
    {{ not_given('mark_price') }},
    premium,
    -- stamped 20 to 400 ms after the hour
    {{ from_epoch_ms(settlement_ms('coin', adapter.quote('time'))) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid', 'funding_rates') }}) as source
