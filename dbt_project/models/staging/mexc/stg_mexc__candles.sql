with source as (
    {{ latest_version(source('mexc', 'klines'), ['symbol', adapter.quote('interval'), adapter.quote('time')]) }}
),

contracts as (
    {{ mexc_contracts() }}
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        source.symbol,
        'mexc:' || source.symbol as market_id,

        -- numerics: vol counts contracts; amount is quote on linear and base on inverse ones
        open,
        high,
        low,
        close,
        case when is_inverse then amount else vol * contract_size end as volume_base,
        case when is_inverse then vol * contract_size else amount end as volume_quote,
        case
            when is_inverse then vol * contract_size
            when is_dollar_quoted then amount
        end as volume_usd,
        cast(null as bigint) as trades,

        -- timestamps
        {{ from_epoch_s('source.' ~ adapter.quote('time')) }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    inner join contracts
        on source.symbol = contracts.symbol
    where
        source.{{ adapter.quote('interval') }} = 'Min60'
        -- a candle fetched before its hour was over is a preview
        and (source.{{ adapter.quote('time') }} + 3600) * 1000 <= {{ epoch_ms('source._fetched_at') }}
)

select * from renamed
