with source as (
    {{ latest_version(source('perpetual_protocol', 'position_liquidations'), ['id']) }}
),

changes as (
    {{ latest_version(source('perpetual_protocol', 'position_changes'), ['id']) }}
),

-- The event has no side: the trade of the same transaction, trader and market sold a long, or bought back a short.
sided as (
    select
        source.*,
        changes.exchanged_position_size,
        row_number() over (
            partition by source.month, source.id
            order by abs(abs(changes.exchanged_position_size) - source.position_size_abs), changes.id
        ) as choice
    from source
    left join changes
        on source.month = changes.month
        and source.tx_hash = changes.tx_hash
        and source.trader = changes.trader
        and source.base_token = changes.base_token
        and changes.exchanged_position_size <> 0
),

renamed as (
    select
        -- ids
        'perpetual_protocol' as venue,
        base_token as symbol,
        'perpetual_protocol:' || base_token as market_id,

        -- text
        case when exchanged_position_size < 0 then 'long' when exchanged_position_size > 0 then 'short' end as side,
        'venue' as coverage,

        -- numerics
        position_size_abs as quantity_base,
        position_notional_abs / nullif(position_size_abs, 0) as price,
        position_notional_abs as liquidated_usd,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_s(adapter.quote('timestamp')) }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from sided
    where choice = 1
)

select * from renamed
