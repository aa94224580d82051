-- What the newest list says of every pool that was ever listed: one row a pool.
select
    lower(symbol) as address,
    symbol,
    market_id,
    max_by(base_asset, observed_on) as token_symbol,
    max(decimals) as decimals,
    min(listed_at) as listed_at
from {{ ref('stg_gmx__instruments') }}
group by symbol, market_id
