with source as (
    {{ latest_version(source('mexc', 'klines'), ['symbol', adapter.quote('interval'), adapter.quote('time')]) }}
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        symbol,
        'mexc:' || symbol as market_id,

        -- numerics: vol counts contracts; amount is quote on linear and base on inverse ones
        open,
        high,
        low,
        close,
        cast(null as double) as volume_base,
        cast(null as double) as volume_quote,
        cast(null as double) as volume_usd,
        cast(null as bigint) as trades,
        vol as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,
        source.amount as turnover,
        true as is_turnover_sure,

        -- timestamps
        {{ from_epoch_s(adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        symbol in {{ mexc_perpetuals() }}
        and {{ adapter.quote('interval') }} = 'Min60'
        -- a candle fetched before its hour was over is a preview
        and ({{ adapter.quote('time') }} + 3600) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
