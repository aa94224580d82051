select
    {{ market_of('extended', 'name') }},
    '' as list_id,
    -- shares of another session are the same shares; collateral is called USD and is USDC
    replace(asset_name, '_24_5', '') as base_asset,
    coalesce(collateral_asset_name, 'USD') as quote_asset,
    'USDC' as settle_asset,
    'linear' as contract_type,
    case
        when coalesce(category, 'Crypto') = 'Crypto' then 'crypto'
        when category <> 'RWA' then 'other'
        when lower(sub_category) in ('equity', 'pre-market') then 'equity'
        when lower(sub_category) = 'commodity' then 'commodity'
        when lower(sub_category) = 'etf/index' then 'index'
        when lower(sub_category) = 'fx' then 'fx'
        else 'other'
    end as underlying_class,
    -- sizes are in the base asset; every market pays by the hour
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    coalesce(status, 'ACTIVE') = 'ACTIVE' as is_listed,
    false as is_derived,
    -- what was moved to Starknet has the moment of the move
    case when created_at > 1752829532673 then {{ from_epoch_ms('created_at') }} end as listed_at,
    observed_on
from ({{ latest_version('extended', 'instruments') }}) as source
where coalesce(type, 'PERPETUAL') = 'PERPETUAL'
