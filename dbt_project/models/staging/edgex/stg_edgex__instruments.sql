select
    {{ market_of('edgex', 'contract_name') }},
    '' as list_id,
    -- the coin's own name, for some contracts are named in other letters; metals and energy carry no flag, a seed names them
    coalesce(base_coin, contract_name) as base_asset,
    coalesce(quote_coin, 'USDC') as quote_asset,
    coalesce(quote_coin, 'USDC') as settle_asset,
    'linear' as contract_type,
    case
        when coalesce(is_fx, false) then 'fx'
        when coalesce(is_stock, false) then 'equity'
        else 'crypto'
    end as underlying_class,
    -- sizes are in the base asset
    1.0 as contract_size,
    cast(funding_rate_interval_min / 60 as bigint) as funding_interval_hours,
    enable_trade and coalesce(enable_display, true) as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    observed_on
from ({{ latest_version('edgex', 'instruments') }}) as source
