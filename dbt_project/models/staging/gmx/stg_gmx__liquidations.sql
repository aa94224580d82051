with source as (
    {{ latest_version(source('gmx', 'liquidations'), ['id']) }}
),

renamed as (
    select
        -- ids
        'gmx' as venue,
        pools.symbol,
        pools.market_id,

        -- text
        case when source.is_long then 'long' else 'short' end as side,
        'venue' as coverage,

        -- numerics: the row has no size in tokens
        {{ gmx_usd('source.size_delta_usd') }} / nullif({{ gmx_price('source.execution_price', 'pools.decimals') }}, 0) as quantity_base,
        {{ gmx_price('source.execution_price', 'pools.decimals') }} as price,
        {{ gmx_usd('source.size_delta_usd') }} as liquidated_usd,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_s('source.' ~ adapter.quote('timestamp')) }} as liquidated_at,
        source._fetched_at as fetched_at,
        source.month
    from source
    inner join {{ ref('stg_gmx__pools') }} as pools
        on lower(source.market_address) = pools.address
    where
        source.order_type = 7
        -- the order to liquidate is a row of its own
        and source.event_name = 'OrderExecuted'
)

select * from renamed
