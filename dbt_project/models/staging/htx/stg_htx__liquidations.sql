select
    {{ market_of('htx', 'contract_code') }},
    -- direction is the order's, which is opposite to the position
    case direction when 'sell' then 'long' when 'buy' then 'short' end as side,
    'venue' as coverage,
    -- an order has one side; nothing is counted twice here. The newer API tells no base amount
    coalesce(amount, case when not {{ is_htx_inverse() }} then trade_turnover / price end) as quantity_base,
    price,
    case when not {{ is_htx_inverse() }} then coalesce(trade_turnover, amount * price) end as liquidated_usd,
    case when {{ is_htx_inverse() }} then volume end as amount,
    case when {{ is_htx_inverse() }} then 'contracts' else 'base' end as amount_unit,
    {{ not_given('own_contract_size') }},
    {{ from_epoch_ms('created_at') }} as liquidated_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('htx', 'liquidations') }}) as source
where {{ is_htx_perpetual() }}
