select
    {{ market_of('dydx', 'ticker') }},
    '' as list_id,
    -- permissionless markets are named after a pool (BAZINGA,RAYDIUM,C3JX…-USD) and keep that name, for any token can be
    -- called BTC; everything is settled in USDC
    case when right(ticker, 4) = '-USD' then left(ticker, length(ticker) - 4) else ticker end as base_asset,
    'USD' as quote_asset,
    'USDC' as settle_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    -- sizes are in the base asset
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    -- settled markets stay in the list, markets to come are in it already; a pause is no end
    coalesce(status, '') not in ('FINAL_SETTLEMENT', 'INITIALIZING') as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    observed_on
from ({{ latest_version('dydx', 'instruments') }}) as source
