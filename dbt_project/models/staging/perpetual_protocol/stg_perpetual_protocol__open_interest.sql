-- Positions of all takers, as one run read them; the pool is the counterparty of their net. One side is the larger one.
with sides as (
    select
        base_token,
        _run_id,
        {{ exact_sum('case when taker_position_size > 0 then taker_position_size else 0 end') }} as long_base,
        {{ exact_sum('case when taker_position_size < 0 then -taker_position_size else 0 end') }} as short_base,
        max(observed_at) as observed_at,
        max(_fetched_at) as fetched_at,
        month
    from ({{ latest_version('perpetual_protocol', 'trader_markets') }}) as positions
    group by base_token, _run_id, month
),

-- The mark of the last update before, of the same month; where there is none, facts take the candle's close.
priced as (
    select
        sides.*,
        greatest(sides.long_base, sides.short_base) as one_side,
        updates.mark_twap,
        row_number() over (
            partition by sides.month, sides.base_token, sides._run_id
            order by updates.block_number_log_index desc
        ) as choice
    from sides
    left join ({{ latest_version('perpetual_protocol', 'funding_updates') }}) as updates
        on sides.month = updates.month
        and sides.base_token = updates.base_token
        and {{ from_epoch_s('updates.' ~ adapter.quote('timestamp')) }} <= sides.observed_at
        and updates.mark_twap > 0
)

select
    {{ market_of('perpetual_protocol', 'base_token') }},
    'long_short' as side_convention,
    case when mark_twap is not null then 'mark' end as price_kind,
    one_side as open_interest_base,
    one_side * mark_twap as open_interest_usd,
    long_base * mark_twap as long_usd,
    short_base * mark_twap as short_usd,
    mark_twap as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    fetched_at, month
from priced
where choice = 1
