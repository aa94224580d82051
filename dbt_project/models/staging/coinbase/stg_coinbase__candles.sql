-- The exchange's own candles, else what Coinbase Advanced said of the same market and hour.
with own as (
    {{ latest_version(source('coinbase', 'candles'), ['instrument', 'granularity', adapter.quote('start')]) }}
),

advanced as (
    {{ latest_version(source('coinbase', 'product_candles'), ['product_id', 'granularity', adapter.quote('start')]) }}
),

united as (
    select
        instrument as symbol,
        0 as place,
        {{ adapter.quote('start') }} as opened_at,
        open, high, low, close, volume, _fetched_at, month
    from own
    where granularity = 'ONE_HOUR'
    union all
    select
        replace(product_id, '-PERP-INTX', '-PERP') as symbol,
        1 as place,
        {{ from_epoch_s(adapter.quote('start')) }} as opened_at,
        open, high, low, close, volume, _fetched_at, month
    from advanced
    where granularity = 'ONE_HOUR' and product_id like '%-PERP-INTX'
),

ranked as (
    select
        *,
        row_number() over (partition by month, symbol, opened_at order by place, _fetched_at desc) as choice
    from united
    where
        {{ is_coinbase_perpetual() }}
        and opened_at < {{ day_start(coinbase_moved_on()) }}
        -- a candle fetched before its hour was over is a preview
        and {{ epoch_ms('opened_at') }} + 3600000 <= {{ epoch_ms('_fetched_at') }}
),

renamed as (
    select
        -- ids
        'coinbase' as venue,
        symbol,
        'coinbase:' || symbol as market_id,

        -- numerics: volume is base; USD is estimated at the close
        open,
        high,
        low,
        close,
        volume as volume_base,
        volume * close as volume_quote,
        volume * close as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        opened_at,
        _fetched_at as fetched_at,
        month
    from ranked
    where choice = 1
)

select * from renamed
