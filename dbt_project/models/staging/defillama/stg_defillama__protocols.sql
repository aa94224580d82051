select
    slug,
    defillama_id,
    gecko_id as coingecko_id,
    parent_protocol,
    name,
    symbol,
    category,
    tvl as tvl_usd,
    mcap as market_cap_usd,
    observed_on,
    _fetched_at as fetched_at, month
from ({{ latest_version('defillama', 'protocols') }}) as source
