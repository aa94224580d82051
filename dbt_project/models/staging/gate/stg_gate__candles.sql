with source as (
    {{ latest_version(source('gate', 'candles'), ['settle', 'contract', adapter.quote('interval'), 't']) }}
),

contracts as (
    {{ gate_contracts() }}
),

renamed as (
    select
        -- ids
        'gate' as venue,
        source.contract as symbol,
        'gate:' || source.contract as market_id,

        -- numerics: v is contracts of so much base, or of 1 USD, whose base nobody says
        o as open,
        h as high,
        l as low,
        c as close,
        case when {{ is_gate_inverse(contract='source.contract') }} then v / nullif(c, 0) else v * quanto_multiplier end as volume_base,
        case
            when {{ is_gate_inverse(contract='source.contract') }} then v
            else source.{{ adapter.quote('sum') }}
        end as volume_quote,
        case
            when {{ is_gate_inverse(contract='source.contract') }} then v
            when {{ is_gate_dollar_settled('source.settle') }} then source.{{ adapter.quote('sum') }}
        end as volume_usd,
        cast(null as bigint) as trades,

        -- timestamps
        {{ from_epoch_s('t') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    left join contracts
        on source.settle = contracts.settle
        and source.contract = contracts.contract
    where
        {{ adapter.quote('interval') }} = '1h'
        -- a candle fetched before its hour was over is a preview
        and (t + 3600) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
