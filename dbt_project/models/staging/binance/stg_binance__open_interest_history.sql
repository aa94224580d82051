-- COIN-M history is kept per pair and contract type: BTCUSD with PERPETUAL is the market BTCUSD_PERP.
with named as (
    select
        *,
        case when product = 'cm' then symbol || '_PERP' else symbol end as market_symbol
    from ({{ latest_version('binance', 'open_interest_history') }}) as source
    where product = 'um' or contract_type = 'PERPETUAL'
)

select
    {{ market_of('binance', 'named.market_symbol') }},
    named.period,
    -- USD-M gives base and USDT; COIN-M gives contracts and base
    case when named.product = 'cm' then named.sum_open_interest_value else named.sum_open_interest end as open_interest_base,
    case
        when named.product = 'um' and {{ is_dollar_quoted('named.symbol') }} then named.sum_open_interest_value
    end as open_interest_usd,
    case when named.product = 'cm' then named.sum_open_interest end as contracts,
    {{ from_epoch_ms('named.' ~ adapter.quote('timestamp')) }} as observed_at,
    named._fetched_at as fetched_at, named.month
from named
where {{ is_binance_perpetual('named.product', 'named.market_symbol') }}
