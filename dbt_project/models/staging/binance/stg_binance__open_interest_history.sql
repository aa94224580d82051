with source as (
    {{ latest_version(
        source('binance', 'open_interest_history'),
        ['product', 'symbol', 'contract_type', 'period', adapter.quote('timestamp')]
    ) }}
),

-- COIN-M history is kept per pair and contract type: BTCUSD with PERPETUAL is the market BTCUSD_PERP.
named as (
    select
        *,
        case when product = 'cm' then symbol || '_PERP' else symbol end as market_symbol
    from source
    where product = 'um' or contract_type = 'PERPETUAL'
),

renamed as (
    select
        -- ids
        'binance' as venue,
        named.market_symbol as symbol,
        'binance:' || named.market_symbol as market_id,

        -- text
        named.period,

        -- numerics: USD-M gives base and USDT; COIN-M gives contracts and base
        case when named.product = 'cm' then named.sum_open_interest_value else named.sum_open_interest end as open_interest_base,
        case
            when named.product = 'um' and {{ is_dollar_quoted('named.symbol') }} then named.sum_open_interest_value
        end as open_interest_usd,
        case when named.product = 'cm' then named.sum_open_interest end as contracts,

        -- timestamps
        {{ from_epoch_ms('named.' ~ adapter.quote('timestamp')) }} as observed_at,
        named._fetched_at as fetched_at,
        named.month
    from named
    where {{ is_binance_perpetual('named.product', 'named.market_symbol') }}
)

select * from renamed
