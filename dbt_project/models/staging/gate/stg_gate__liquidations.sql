-- size is the position; the order closes it, and what is left of the order was not filled. Old answers name the position alone.
with filled as (
    select
        *,
        abs(coalesce(order_size, -size) - coalesce({{ adapter.quote('left') }}, 0)) as filled
    from ({{ latest_version('gate', 'liquidations') }}) as source
    where size <> 0
)

select
    {{ market_of('gate', 'contract') }},
    case when size > 0 then 'long' else 'short' end as side,
    'venue' as coverage,
    -- contracts
    fill_price as price,
    filled as amount,
    case when {{ is_gate_of_dollars() }} then 'usd' else 'contracts' end as amount_unit,
    {{ not_given('quantity_base', 'liquidated_usd', 'own_contract_size') }},
    {{ from_epoch_s(adapter.quote('time')) }} as liquidated_at,
    _fetched_at as fetched_at, month
from filled
