select
    category,
    id as token_id,
    upper(symbol) as symbol,
    name as token_name,
    -- 0 is unknown
    nullif(current_price, 0) as price_usd,
    nullif(market_cap, 0) as market_cap_usd,
    total_volume as volume_usd,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coingecko', 'category_coins') }}) as source
