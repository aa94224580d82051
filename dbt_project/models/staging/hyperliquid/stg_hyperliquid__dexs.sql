with source as (
    {{ latest_version('hyperliquid', 'dexs') }}
),

renamed as (
    select
        -- ids
        name as dex,

        -- text
        full_name as dex_name,

        -- timestamps
        observed_on,
        month
    from source
)

select * from renamed
