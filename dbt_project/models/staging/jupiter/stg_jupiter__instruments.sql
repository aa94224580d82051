with source as (
    {{ latest_version('jupiter', 'custodies') }}
),

days as (
    select distinct
        symbol,
        cast(observed_at as date) as observed_on
    from source
    -- what backs shorts is not traded
    where symbol not in ('USDC', 'USDT')
),

renamed as (
    select
        -- ids
        'jupiter' as venue,
        symbol,
        'jupiter:' || symbol as market_id,
        '' as list_id,

        -- text: a wrapped coin is held, the coin's oracle price is traded
        case when symbol = 'WBTC' then 'BTC' else symbol end as base_asset,
        'USD' as quote_asset,
        cast(null as {{ dbt.type_string() }}) as settle_asset,
        'linear' as contract_type,
        'crypto' as underlying_class,

        -- numerics: there is no funding, but a borrow fee
        1.0 as contract_size,
        cast(null as bigint) as funding_interval_hours,

        -- booleans
        true as is_listed,
        false as is_derived,

        -- timestamps
        cast(null as {{ type_instant() }}) as listed_at,
        observed_on
    from days
)

select * from renamed
