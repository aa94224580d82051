select
    {{ market_of('dydx', 'ticker') }},
    -- a fraction per hour; the price is the oracle's, at which positions are marked
    rate as funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    price as mark_price,
    -- effective with the first block of the hour, some hundred ms after it began; after a
    -- halt one block after another
    {{ from_epoch_ms(settlement_ms('ticker', epoch_ms('effective_at'))) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('dydx', 'funding_rates') }}) as source
