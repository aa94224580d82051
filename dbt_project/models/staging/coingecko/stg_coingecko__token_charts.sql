select
    id as token_id,
    -- volume is of the 24 hours before; a cap of 0 is unknown
    price as price_usd,
    nullif(market_cap, 0) as market_cap_usd,
    total_volume as volume_usd,
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coingecko', 'market_charts') }}) as source
