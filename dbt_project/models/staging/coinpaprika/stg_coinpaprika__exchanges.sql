select
    id as exchange_id,
    name as exchange_name,
    -- of the last 24 hours
    reported_volume_24h as volume_usd_24h,
    adjusted_volume_24h as believed_volume_usd_24h,
    markets,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coinpaprika', 'exchanges') }}) as source
