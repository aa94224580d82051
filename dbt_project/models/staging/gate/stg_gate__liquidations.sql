with source as (
    {{ latest_version(
        source('gate', 'liquidations'),
        ['settle', 'contract', adapter.quote('time'), 'size', 'fill_price', 'order_price']
    ) }}
),

-- size is the position; the order closes it, and what is left of the order was not filled. Old answers name the position alone.
filled as (
    select
        *,
        abs(coalesce(order_size, -size) - coalesce({{ adapter.quote('left') }}, 0)) as filled
    from source
    where size <> 0
),

renamed as (
    select
        -- ids
        'gate' as venue,
        contract as symbol,
        'gate:' || contract as market_id,

        -- text
        case when size > 0 then 'long' else 'short' end as side,
        'venue' as coverage,

        -- numerics: contracts
        cast(null as double) as quantity_base,
        fill_price as price,
        cast(null as double) as liquidated_usd,
        filled as amount,
        case when {{ is_gate_of_dollars() }} then 'usd' else 'contracts' end as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from filled
)

select * from renamed
