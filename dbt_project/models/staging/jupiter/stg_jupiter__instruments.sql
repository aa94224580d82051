with days as (
    select distinct
        symbol,
        cast(observed_at as date) as observed_on
    from ({{ latest_version('jupiter', 'custodies') }}) as source
    -- what backs shorts is not traded
    where symbol not in ('USDC', 'USDT')
)

select
    {{ market_of('jupiter', 'symbol') }},
    '' as list_id,
    -- a wrapped coin is held, the coin's oracle price is traded
    case when symbol = 'WBTC' then 'BTC' else symbol end as base_asset,
    'USD' as quote_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    1.0 as contract_size,
    true as is_listed,
    false as is_derived,
    -- there is no funding, but a borrow fee
    {{ not_given('settle_asset', 'funding_interval_hours', 'listed_at') }},
    observed_on
from days
