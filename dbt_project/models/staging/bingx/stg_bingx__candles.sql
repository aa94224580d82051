with source as (
    {{ latest_version('bingx', 'klines') }}
),

renamed as (
    select
        -- ids
        'bingx' as venue,
        symbol,
        'bingx:' || symbol as market_id,

        -- numerics: candles count base only; quote is an estimate at the hour's close
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
        {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ adapter.quote('interval') }} = '1h'
        -- a candle fetched before its hour was over is a preview
        and {{ adapter.quote('time') }} + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
