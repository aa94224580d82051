-- Tokens with a price: those of the protocols, and the coins of traded assets that belong to none.
select
    token,
    coingecko_id
from {{ ref('protocols') }}
where token is not null and coingecko_id is not null

union

select
    asset as token,
    coingecko_id
from {{ ref('asset_coins') }}
