select
    id as token_id,
    upper(symbol) as symbol,
    name as token_name,
    -- 0 is unknown
    current_price as price_usd,
    nullif(market_cap, 0) as market_cap_usd,
    nullif(fully_diluted_valuation, 0) as fdv_usd,
    total_volume as volume_usd,
    nullif(circulating_supply, 0) as circulating_supply,
    nullif(total_supply, 0) as total_supply,
    nullif(max_supply, 0) as max_supply,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coingecko', 'coins_markets') }}) as source
