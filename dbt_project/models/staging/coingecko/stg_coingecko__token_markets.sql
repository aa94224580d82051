with source as (
    {{ latest_version('coingecko', 'coins_markets') }}
),

renamed as (
    select
        -- ids
        id as token_id,

        -- text
        upper(symbol) as symbol,
        name as token_name,

        -- numerics: 0 is unknown
        current_price as price_usd,
        nullif(market_cap, 0) as market_cap_usd,
        nullif(fully_diluted_valuation, 0) as fdv_usd,
        total_volume as volume_usd,
        nullif(circulating_supply, 0) as circulating_supply,
        nullif(total_supply, 0) as total_supply,
        nullif(max_supply, 0) as max_supply,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
