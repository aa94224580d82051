with source as (
    {{ latest_version('binance', 'funding_info') }}
),

renamed as (
    select
        -- ids
        product,
        symbol,

        -- numerics
        funding_interval_hours,
        funding_rate_cap,
        funding_rate_floor,

        -- timestamps
        observed_on,
        month
    from source
)

select * from renamed
