with source as (
    {{ latest_version('bitget', 'instruments') }}
),

renamed as (
    select
        -- ids
        'bitget' as venue,
        symbol,
        'bitget:' || symbol as market_id,
        category as list_id,

        -- text: stocks and metals are RWA with a type; what is RWA and says no more (indices, currencies, gold tokens) is in the seed
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

        -- numerics: amounts are base coin
        1.0 as contract_size,
        fund_interval as funding_interval_hours,

        -- booleans
        coalesce(status, 'online') not in ('listed', 'off', 'offline') as is_listed,
        false as is_derived,

        -- timestamps
        case when launch_time > 0 then {{ from_epoch_ms('launch_time') }} end as listed_at,
        observed_on
    from source
    where coalesce(type, 'perpetual') = 'perpetual'
)

select * from renamed
