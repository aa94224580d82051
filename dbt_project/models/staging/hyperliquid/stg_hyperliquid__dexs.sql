with source as (
    {{ latest_version(source('hyperliquid', 'dexs'), ['name', 'observed_on']) }}
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
