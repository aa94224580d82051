select
    {{ market_of('hyperliquid', 'name') }},
    dex,
    -- open interest in base and one-sided; funding is the running estimate per hour; volumes roll over 24 hours
    funding as funding_rate_estimate,
    open_interest as open_interest_base,
    premium as impact_premium,
    oracle_price,
    mark_price,
    mid_price,
    day_notional_volume as volume_usd_24h,
    day_base_volume as volume_base_24h,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid', 'asset_contexts') }}) as source
