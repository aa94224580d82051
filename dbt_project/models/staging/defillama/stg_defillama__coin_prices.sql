select
    coin,
    case when coin like 'coingecko:%' then split_part(coin, ':', 2) end as coingecko_id,
    symbol,
    price as price_usd,
    confidence,
    {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('defillama', 'coin_prices') }}) as source
