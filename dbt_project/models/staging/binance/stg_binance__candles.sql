with source as (
    {{ latest_version(source('binance', 'klines'), ['product', 'symbol', adapter.quote('interval'), 'open_time']) }}
),

contract_sizes as (
    {{ coin_m_contract_sizes() }}
),

sized as (
    select
        source.*,
        coalesce(contract_sizes.contract_size, {{ coin_m_contract_usd('source.symbol') }}) as contract_usd
    from source
    left join contract_sizes
        on source.symbol = contract_sizes.symbol
),

renamed as (
    select
        -- ids
        'binance' as venue,
        symbol,
        'binance:' || symbol as market_id,

        -- numerics: USD-M counts base and quote; COIN-M counts contracts, and base where USD-M has quote
        open,
        high,
        low,
        close,
        case when product = 'cm' then quote_volume else volume end as volume_base,
        case
            when product = 'cm' then volume * contract_usd
            else quote_volume
        end as volume_quote,
        case
            when product = 'cm' then volume * contract_usd
            when {{ is_dollar_quoted('symbol') }} then quote_volume
        end as volume_usd,
        trades,

        -- timestamps
        {{ from_epoch_ms('open_time') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from sized
    where
        {{ adapter.quote('interval') }} = '1h'
        and {{ is_binance_perpetual('product', 'symbol') }}
        -- a candle fetched before its hour was over is a preview
        and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
