select
    {{ market_of('perpetual_protocol', 'base_token') }},
    'perpetual' as list_id,
    -- the seed of aliases knows the assets behind the addresses; virtual dollars, margined in USDC
    base_token as base_asset,
    'USD' as quote_asset,
    'USDC' as settle_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    -- the subgraph does not say when a market was closed
    true as is_listed,
    false as is_derived,
    case when timestamp_added > 0 then {{ from_epoch_s('timestamp_added') }} end as listed_at,
    observed_on
from ({{ latest_version('perpetual_protocol', 'markets') }}) as source
