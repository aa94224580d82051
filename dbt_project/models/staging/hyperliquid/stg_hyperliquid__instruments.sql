select
    {{ market_of('hyperliquid', 'name') }},
    dex as list_id,
    -- builder markets are written dex:COIN; collateral token 0 is USDC, other numbers are not named by the API
    case when dex = '' then name else split_part(name, ':', 2) end as base_asset,
    'USD' as quote_asset,
    case when coalesce(collateral_token, 0) = 0 then 'USDC' end as settle_asset,
    'linear' as contract_type,
    -- builder dexs list stocks, metals and indices in the same lists: a seed decides, and without a row it is other
    case when dex = '' then 'crypto' else 'other' end as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    not coalesce(is_delisted, false) as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    observed_on
from ({{ latest_version('hyperliquid', 'instruments') }}) as source
