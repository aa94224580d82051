select
    {{ market_of('okx', 'inst_id') }},
    -- accounts in net mode do not name the position; the order is on its other side
    case
        when pos_side in ('long', 'short') then pos_side
        when side = 'sell' then 'long'
        when side = 'buy' then 'short'
    end as side,
    'sampled' as coverage,
    -- contracts, at the bankruptcy price, for the fill is not told
    bk_px as price,
    sz as amount,
    'contracts' as amount_unit,
    {{ not_given('quantity_base', 'liquidated_usd', 'own_contract_size') }},
    {{ from_epoch_ms('ts') }} as liquidated_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('okx', 'liquidations') }}) as source
where inst_id like '%-SWAP'
