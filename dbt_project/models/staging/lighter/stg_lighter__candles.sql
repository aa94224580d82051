with source as (
    {{ latest_version('lighter', 'candles') }}
),

symbols as (
    {{ lighter_symbols() }}
),

renamed as (
    select
        -- ids
        'lighter' as venue,
        symbols.symbol,
        'lighter:' || symbols.symbol as market_id,

        -- numerics
        source.open,
        source.high,
        source.low,
        source.close,
        source.base_volume as volume_base,
        source.quote_volume as volume_quote,
        source.quote_volume as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        {{ from_epoch_ms('source.' ~ adapter.quote('timestamp')) }} as opened_at,
        source._fetched_at as fetched_at,
        source.month
    from source
    inner join symbols
        on source.market_id = symbols.market_id
        and {{ listed_on(from_epoch_ms('source.' ~ adapter.quote('timestamp')), 'symbols') }}
    where
        source.resolution = '1h'
        -- a candle fetched before its hour was over is a preview
        and source.{{ adapter.quote('timestamp') }} + 3600000 <= {{ epoch_ms('source._fetched_at') }}
)

select * from renamed
