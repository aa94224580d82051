-- The event has no side: the trade of the same transaction, trader and market sold a long, or bought back a short.
with sided as (
    select
        source.*,
        changes.exchanged_position_size,
        row_number() over (
            partition by source.month, source.id
            order by abs(abs(changes.exchanged_position_size) - source.position_size_abs), changes.id
        ) as choice
    from ({{ latest_version('perpetual_protocol', 'position_liquidations') }}) as source
    left join ({{ latest_version('perpetual_protocol', 'position_changes') }}) as changes
        on source.month = changes.month
        and source.tx_hash = changes.tx_hash
        and source.trader = changes.trader
        and source.base_token = changes.base_token
        and changes.exchanged_position_size <> 0
)

select
    {{ market_of('perpetual_protocol', 'base_token') }},
    case when exchanged_position_size < 0 then 'long' when exchanged_position_size > 0 then 'short' end as side,
    'venue' as coverage,
    position_size_abs as quantity_base,
    position_notional_abs / nullif(position_size_abs, 0) as price,
    position_notional_abs as liquidated_usd,
    {{ told_in_base() }},
    {{ from_epoch_s(adapter.quote('timestamp')) }} as liquidated_at,
    _fetched_at as fetched_at, month
from sided
where choice = 1
