with source as (
    {{ latest_version(source('deribit', 'charts'), ['instrument_name', 'resolution', 'tick']) }}
),

renamed as (
    select
        -- ids
        'deribit' as venue,
        instrument_name as symbol,
        'deribit:' || instrument_name as market_id,

        -- numerics: volume is base and cost USD or USDC, on inverse and linear instruments alike
        open,
        high,
        low,
        close,
        volume as volume_base,
        cost as volume_quote,
        case when {{ is_deribit_dollar_quoted() }} then cost end as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        {{ from_epoch_ms('tick') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        resolution = '60'
        and {{ is_deribit_perpetual() }}
        -- a candle fetched before its hour was over is a preview
        and tick + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
