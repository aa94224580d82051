{# What COIN-M contracts are worth. #}

{# 100 USD for BTC and 10 USD for all others: every row of the recorded dapi exchangeInfo says so. Used where
   an instrument list does not give the size; the archive has no list. #}
{% macro coin_m_contract_usd(symbol='symbol') -%}
    case when {{ symbol }} like 'BTCUSD%' then 100.0 else 10.0 end
{%- endmacro %}
