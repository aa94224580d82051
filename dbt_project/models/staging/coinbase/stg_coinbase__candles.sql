-- The exchange's own candles, else what Coinbase Advanced said of the same market and hour.
with united as (
    select
        instrument as symbol,
        0 as place,
        {{ adapter.quote('start') }} as opened_at,
        open, high, low, close, volume, _fetched_at, month
    from ({{ latest_version('coinbase', 'candles') }}) as own
    where granularity = 'ONE_HOUR'
    union all
    select
        replace(product_id, '-PERP-INTX', '-PERP') as symbol,
        1 as place,
        {{ from_epoch_s(adapter.quote('start')) }} as opened_at,
        open, high, low, close, volume, _fetched_at, month
    from ({{ latest_version('coinbase', 'product_candles') }}) as advanced
    where granularity = 'ONE_HOUR' and product_id like '%-PERP-INTX'
),

ranked as (
    select
        *,
        row_number() over (partition by month, symbol, opened_at order by place, _fetched_at desc) as choice
    from united
    where
        {{ is_coinbase_own('opened_at') }}
        and {{ is_closed_hour(epoch_ms('opened_at')) }}
)

select
    {{ market_of('coinbase', 'symbol') }},
    -- volume is base; USD is estimated at the close
    {{ bar_in_base() }},
    opened_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1
