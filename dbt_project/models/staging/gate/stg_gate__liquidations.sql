with source as (
    {{ latest_version(
        source('gate', 'liquidations'),
        ['settle', 'contract', adapter.quote('time'), 'size', 'fill_price', 'order_price']
    ) }}
),

contracts as (
    {{ gate_contracts() }}
),

-- size is the position; the order closes it, and what is left of the order was not filled. Old answers name the position alone.
filled as (
    select
        source.*,
        contracts.type,
        contracts.quanto_multiplier,
        abs(coalesce(order_size, -size) - coalesce(source.{{ adapter.quote('left') }}, 0)) as filled
    from source
    left join contracts
        on source.settle = contracts.settle
        and source.contract = contracts.contract
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

        -- numerics
        case when {{ is_gate_inverse() }} then filled / nullif(fill_price, 0) else filled * quanto_multiplier end as quantity_base,
        fill_price as price,
        case
            when {{ is_gate_inverse() }} then filled
            when {{ is_gate_dollar_settled() }} then filled * quanto_multiplier * fill_price
        end as liquidated_usd,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from filled
)

select * from renamed
