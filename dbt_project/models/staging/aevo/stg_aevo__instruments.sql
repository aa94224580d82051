select
    {{ market_of('aevo', 'instrument_name') }},
    'perpetual' as list_id,
    -- index prices are in dollars, settlement in USDC
    underlying_asset as base_asset,
    coalesce(quote_asset, 'USDC') as quote_asset,
    coalesce(quote_asset, 'USDC') as settle_asset,
    'linear' as contract_type,
    case coalesce(market_type, case when is_rwa then 'rwa' else 'crypto' end)
        when 'crypto' then 'crypto'
        when 'equity' then 'equity'
        when 'etf' then 'equity'
        when 'pre_ipo' then 'equity'
        when 'commodity' then 'commodity'
        when 'fx' then 'fx'
        when 'index' then 'index'
        else 'other'
    end as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    is_active as is_listed,
    false as is_derived,
    -- no answer says when a market was listed
    {{ not_given('listed_at') }},
    observed_on
from ({{ latest_version('aevo', 'instruments') }}) as source
where instrument_type = 'PERPETUAL'
