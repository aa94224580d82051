with source as (
    {{ latest_version('defillama', 'tvl') }}
),

renamed as (
    select
        -- ids
        slug,

        -- numerics
        total_liquidity_usd as tvl_usd,

        -- booleans: a capture ends with the running hour, every other point is a midnight
        {{ adapter.quote('time') }} % 86400 = 0 as is_midnight,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
