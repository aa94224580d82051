with source as (
    {{ latest_version(source('kucoin', 'candles'), ['symbol', 'granularity', adapter.quote('time')]) }}
),

lots as (
    {{ kucoin_lots() }}
),

-- Lots into what they are worth. A turnover is believed where it fits the candle's prices: quote on linear, base on inverse contracts.
valued as (
    select
        source.*,
        lots.is_inverse,
        source.volume * lots.lot_size as amount,
        case
            when lots.is_inverse
                and source.volume * lots.lot_size between source.turnover * source.low * 0.999 and source.turnover * source.high * 1.001
                then source.turnover
            when not lots.is_inverse
                and source.turnover between source.volume * lots.lot_size * source.low * 0.999
                    and source.volume * lots.lot_size * source.high * 1.001
                then source.turnover
        end as believed_turnover
    from source
    inner join lots
        on source.symbol = lots.symbol
    where
        source.granularity = 60
        -- a candle fetched before its hour was over is a preview
        and source.{{ adapter.quote('time') }} + 3600000 <= {{ epoch_ms('source._fetched_at') }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,

        -- numerics: without a turnover the other amount is estimated at the close
        open,
        high,
        low,
        close,
        case when is_inverse then coalesce(believed_turnover, amount / nullif(close, 0)) else amount end as volume_base,
        case when is_inverse then amount else coalesce(believed_turnover, amount * close) end as volume_quote,
        case when is_inverse then amount else coalesce(believed_turnover, amount * close) end as volume_usd,
        cast(null as bigint) as trades,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from valued
)

select * from renamed
