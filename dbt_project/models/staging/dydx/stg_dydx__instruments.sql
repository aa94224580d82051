with source as (
    {{ latest_version('dydx', 'instruments') }}
),

renamed as (
    select
        -- ids
        'dydx' as venue,
        ticker as symbol,
        'dydx:' || ticker as market_id,
        '' as list_id,

        -- text: permissionless markets are named after a pool (BAZINGA,RAYDIUM,C3JX…-USD) and keep that name, for any token can be
        -- called BTC; everything is settled in USDC
        case when right(ticker, 4) = '-USD' then left(ticker, length(ticker) - 4) else ticker end as base_asset,
        'USD' as quote_asset,
        'USDC' as settle_asset,
        'linear' as contract_type,
        'crypto' as underlying_class,

        -- numerics: sizes are in the base asset
        1.0 as contract_size,
        cast(1 as bigint) as funding_interval_hours,

        -- booleans: settled markets stay in the list, markets to come are in it already; a pause is no end
        coalesce(status, '') not in ('FINAL_SETTLEMENT', 'INITIALIZING') as is_listed,
        false as is_derived,

        -- timestamps
        cast(null as {{ type_instant() }}) as listed_at,
        observed_on
    from source
)

select * from renamed
