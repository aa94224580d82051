with source as (
    {{ latest_version(source('gate', 'candles'), ['settle', 'contract', adapter.quote('interval'), 't']) }}
),

renamed as (
    select
        -- ids
        'gate' as venue,
        contract as symbol,
        'gate:' || contract as market_id,

        -- numerics: v is contracts; sum is quote, which the one inverse contract tells otherwise
        o as open,
        h as high,
        l as low,
        c as close,
        cast(null as double) as volume_base,
        case when not {{ is_gate_of_dollars() }} then {{ adapter.quote('sum') }} end as volume_quote,
        case when {{ is_gate_dollar_settled() }} then {{ adapter.quote('sum') }} end as volume_usd,
        cast(null as bigint) as trades,
        v as amount,
        case when {{ is_gate_of_dollars() }} then 'usd' else 'contracts' end as amount_unit,
        cast(null as double) as own_contract_size,
        cast(null as double) as turnover,
        true as is_turnover_sure,

        -- timestamps
        {{ from_epoch_s('t') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ adapter.quote('interval') }} = '1h'
        -- a candle fetched before its hour was over is a preview
        and (t + 3600) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
