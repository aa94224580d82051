with source as (
    {{ latest_version('kucoin', 'candles') }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,

        -- numerics: lots; the turnover is quote on linear and base on inverse contracts, and at times counts
        -- lots again
        open,
        high,
        low,
        close,
        cast(null as double) as volume_base,
        cast(null as double) as volume_quote,
        cast(null as double) as volume_usd,
        cast(null as bigint) as trades,
        volume as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,
        turnover,
        false as is_turnover_sure,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        granularity = 60
        and symbol in {{ kucoin_perpetuals() }}
        -- a candle fetched before its hour was over is a preview
        and {{ adapter.quote('time') }} + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
