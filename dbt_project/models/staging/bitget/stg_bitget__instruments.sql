select
    {{ market_of('bitget', 'symbol') }},
    category as list_id,
    -- stocks and metals are RWA with a type; what is RWA and says no more (indices, currencies, gold tokens) is in the seed
    base_coin as base_asset,
    quote_coin as quote_asset,
    case when category = 'COIN-FUTURES' then base_coin else quote_coin end as settle_asset,
    case when category = 'COIN-FUTURES' then 'inverse' else 'linear' end as contract_type,
    case
        when symbol_type = 'stock' then 'equity'
        when symbol_type in ('metal', 'commodity') then 'commodity'
        when is_rwa = 'YES' or coalesce(symbol_type, 'crypto') <> 'crypto' then 'other'
        else 'crypto'
    end as underlying_class,
    -- amounts are base coin
    1.0 as contract_size,
    fund_interval as funding_interval_hours,
    coalesce(status, 'online') not in ('listed', 'off', 'offline') as is_listed,
    false as is_derived,
    case when launch_time > 0 then {{ from_epoch_ms('launch_time') }} end as listed_at,
    observed_on
from ({{ latest_version('bitget', 'instruments') }}) as source
where coalesce(type, 'perpetual') = 'perpetual'
