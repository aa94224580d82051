-- The archive has no instrument list: a market exists because it has candles or funding. One row per market, observed on
-- its last day. Used only for markets that no instrument list names, so delisted ones stay in the history.
with events as (
    select market, symbol, min(first_ms) as first_ms, max(last_ms) as last_ms
    from {{ ref('stg_binance_archive__market_days') }}
    group by market, symbol
),

-- The name is read once a market: said like this, its tests below do not run on every row of the history.
named as (
    select market, case when first_ms is not null then symbol end as symbol, first_ms, last_ms
    from events
),

source as (
    select market, symbol, min(first_ms) as first_ms, max(last_ms) as last_ms
    from named
    where {{ is_binance_perpetual('market') }}
    group by market, symbol
),

quoted as (
    select
        *,
        case
            when market = 'cm' then 'USD'
            when {{ is_dollar_quoted() }} then right(symbol, 4)
            when right(symbol, 3) in ('BTC', 'ETH', 'BNB') then right(symbol, 3)
        end as quote_asset
    from source
)

select
    {{ market_of('binance', 'symbol') }},
    market as list_id,
    case
        when market = 'cm' then substring(symbol, 1, length(symbol) - 8)
        else substring(symbol, 1, length(symbol) - length(coalesce(quote_asset, '')))
    end as base_asset,
    quote_asset,
    case when market = 'cm' then substring(symbol, 1, length(symbol) - 8) else quote_asset end as settle_asset,
    case when market = 'cm' then 'inverse' else 'linear' end as contract_type,
    -- archives do not tell coins from stocks; what traded before TRADIFI_PERPETUAL came in 2025 were coins
    'crypto' as underlying_class,
    case when market = 'cm' then {{ coin_m_contract_usd() }} else 1.0 end as contract_size,
    {{ not_given('funding_interval_hours') }},
    true as is_listed,
    true as is_derived,
    {{ from_epoch_ms(rounded_to('first_ms', 60000)) }} as listed_at,
    cast({{ from_epoch_ms('last_ms') }} as date) as observed_on
from quoted
