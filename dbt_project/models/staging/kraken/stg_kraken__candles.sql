with source as (
    {{ latest_version(source('kraken', 'candles'), ['symbol', 'resolution', adapter.quote('time')]) }}
),

renamed as (
    select
        -- ids
        'kraken' as venue,
        upper(symbol) as symbol,
        'kraken:' || upper(symbol) as market_id,

        -- numerics: volume is contracts, base of PF_ and USD of PI_; the other one is estimated at the close
        open,
        high,
        low,
        close,
        case when {{ is_kraken_inverse() }} then volume / nullif(close, 0) else volume end as volume_base,
        case when {{ is_kraken_inverse() }} then volume else volume * close end as volume_quote,
        case when {{ is_kraken_inverse() }} then volume else volume * close end as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        resolution = '1h'
        and {{ is_kraken_perpetual() }}
        -- a candle fetched before its hour was over is a preview
        and {{ adapter.quote('time') }} + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
