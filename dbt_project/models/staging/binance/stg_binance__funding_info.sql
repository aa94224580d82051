select
    product,
    symbol,
    funding_interval_hours,
    funding_rate_cap,
    funding_rate_floor,
    observed_on,
    month
from ({{ latest_version('binance', 'funding_info') }}) as source
