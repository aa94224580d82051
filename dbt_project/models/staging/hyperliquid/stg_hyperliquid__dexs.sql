select
    name as dex,
    full_name as dex_name,
    observed_on,
    month
from ({{ latest_version('hyperliquid', 'dexs') }}) as source
