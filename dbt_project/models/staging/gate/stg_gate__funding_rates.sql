select
    {{ market_of('gate', 'contract') }},
    -- the interval follows from the spacing of settlements
    r as funding_rate,
    {{ not_given('funding_interval_hours', 'mark_price') }},
    -- stamped some two seconds late
    {{ from_epoch_ms(settlement_ms('settle, contract', 't * 1000')) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('gate', 'funding_rates') }}) as source
