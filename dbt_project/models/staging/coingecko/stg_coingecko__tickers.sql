select
    market as exchange_name,
    symbol,
    index_id,
    contract_type,
    -- rates arrive in percent; funding is for the exchange's own interval, which is not said
    price,
    {{ adapter.quote('index') }} as index_price,
    funding_rate / 100 as funding_rate,
    spread / 100 as spread,
    basis / 100 as basis,
    open_interest as open_interest_usd,
    volume_24h as volume_usd_24h,
    {{ from_epoch_s('last_traded_at') }} as last_traded_at,
    {{ from_epoch_s('expired_at') }} as expires_at,
    observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('coingecko', 'derivatives_tickers') }}) as source
