select
    {{ market_of('dydx', 'ticker') }},
    -- the indexer adds up size × price of every trade itself
    open, high, low, close,
    base_token_volume as volume_base,
    usd_volume as volume_quote,
    usd_volume as volume_usd,
    trades,
    {{ told_in_base('candles') }},
    starting_open_interest as starting_open_interest_base,
    started_at as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('dydx', 'candles') }}) as source
where
    resolution = '1HOUR'
    -- a candle fetched before its hour was over is a preview
    and started_at + interval '1' hour <= _fetched_at
