-- The subgraph has no candles: hours of its trades. A change without size is one of liquidity.
with stamped as (
    select
        base_token,
        swapped_price,
        abs(exchanged_position_size) as size,
        abs(exchanged_position_notional) as notional,
        block_number_log_index,
        {{ floored_to(adapter.quote('timestamp'), 3600) }} as hour_s,
        _fetched_at, month
    from ({{ latest_version('perpetual_protocol', 'position_changes') }}) as changes
    where exchanged_position_size <> 0
),

-- Sums run in the order of the chain, so that a table built twice is the same table.
ordered as (
    select
        *,
        row_number() over (partition by month, base_token, hour_s order by block_number_log_index) as from_first,
        row_number() over (partition by month, base_token, hour_s order by block_number_log_index desc) as from_last,
        sum(size) over (
            partition by month, base_token, hour_s
            order by block_number_log_index
            rows between unbounded preceding and current row
        ) as base_so_far,
        sum(notional) over (
            partition by month, base_token, hour_s
            order by block_number_log_index
            rows between unbounded preceding and current row
        ) as quote_so_far
    from stamped
),

hours as (
    select
        base_token,
        hour_s,
        max(case when from_first = 1 then swapped_price end) as open,
        max(swapped_price) as high,
        min(swapped_price) as low,
        max(case when from_last = 1 then swapped_price end) as close,
        max(case when from_last = 1 then base_so_far end) as volume_base,
        max(case when from_last = 1 then quote_so_far end) as volume_quote,
        count(*) as trades,
        max(_fetched_at) as fetched_at,
        month
    from ordered
    group by base_token, hour_s, month
),

renamed as (
    select
        -- the subgraph knows markets by the address of their base token
        {{ market_of('perpetual_protocol', 'base_token') }},
        open, high, low, close,
        volume_base,
        volume_quote,
        volume_quote as volume_usd,
        trades,
        {{ told_in_base('candles') }},
        {{ from_epoch_s('hour_s') }} as opened_at,
        fetched_at, month
    from hours
)

select * from renamed
where opened_at + interval '1' hour <= fetched_at
