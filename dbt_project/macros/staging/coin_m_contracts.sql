{# What COIN-M contracts are worth. #}

{# USD per contract as the instrument list gave it last, one row per symbol. #}
{% macro coin_m_contract_sizes() -%}
    select
        symbol,
        max_by(contract_size, observed_on) as contract_size
    from {{ source('binance', 'instruments') }}
    where product = 'cm' and contract_size is not null
    group by symbol
{%- endmacro %}

{# 100 USD for BTC and 10 USD for all others: every row of the recorded dapi exchangeInfo says so. Used where no instrument row
   gives the size; the archive has none. #}
{% macro coin_m_contract_usd(symbol='symbol') -%}
    case when {{ symbol }} like 'BTCUSD%' then 100.0 else 10.0 end
{%- endmacro %}
