select
    id as exchange_id,
    name as exchange_name,
    country,
    -- in bitcoin, as reported
    trade_volume_24h_btc as volume_btc_24h,
    open_interest_btc,
    number_of_perpetual_pairs as perpetual_pairs,
    number_of_futures_pairs as futures_pairs,
    year_established,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coingecko', 'derivatives_exchanges') }}) as source
