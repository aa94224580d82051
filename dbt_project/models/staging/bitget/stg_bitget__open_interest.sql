select
    {{ market_of('bitget', 'symbol') }},
    -- base coin, of every product
    {{ one_side_in_base('holding_amount') }},
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitget', 'tickers') }}) as source
where
    {{ is_bitget_perpetual() }}
    and delivery_time is null
    and holding_amount is not null
