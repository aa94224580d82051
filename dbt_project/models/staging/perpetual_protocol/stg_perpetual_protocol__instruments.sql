with source as (
    {{ latest_version('perpetual_protocol', 'markets') }}
),

renamed as (
    select
        -- ids
        'perpetual_protocol' as venue,
        base_token as symbol,
        'perpetual_protocol:' || base_token as market_id,
        'perpetual' as list_id,

        -- text: the seed of aliases knows the assets behind the addresses; virtual dollars, margined in USDC
        base_token as base_asset,
        'USD' as quote_asset,
        'USDC' as settle_asset,
        'linear' as contract_type,
        'crypto' as underlying_class,

        -- numerics
        1.0 as contract_size,
        cast(1 as bigint) as funding_interval_hours,

        -- booleans: the subgraph does not say when a market was closed
        true as is_listed,
        false as is_derived,

        -- timestamps
        case when timestamp_added > 0 then {{ from_epoch_s('timestamp_added') }} end as listed_at,
        observed_on
    from source
)

select * from renamed
