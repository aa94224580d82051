select
    id as token_id,
    upper(symbol) as symbol,
    name as token_name,
    -- 0 is unknown; what circulates follows from the cap, the diluted value from the largest supply known
    price as price_usd,
    nullif(market_cap, 0) as market_cap_usd,
    price * coalesce(nullif(max_supply, 0), nullif(total_supply, 0)) as fdv_usd,
    volume_24h as volume_usd,
    nullif(market_cap, 0) / nullif(price, 0) as circulating_supply,
    nullif(total_supply, 0) as total_supply,
    nullif(max_supply, 0) as max_supply,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coinpaprika', 'tickers') }}) as source
where coalesce(rank, 1) > 0
