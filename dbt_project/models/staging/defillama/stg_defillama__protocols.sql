with source as (
    {{ latest_version('defillama', 'protocols') }}
),

renamed as (
    select
        -- ids
        slug,
        defillama_id,
        gecko_id as coingecko_id,
        parent_protocol,

        -- text
        name,
        symbol,
        category,

        -- numerics
        tvl as tvl_usd,
        mcap as market_cap_usd,

        -- timestamps
        observed_on,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
