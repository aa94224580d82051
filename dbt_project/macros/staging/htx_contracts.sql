{# What HTX's contract codes say by themselves. #}

{# Perpetuals are BTC-USDT and BTC-USD; dated ones carry their day (BTC-USDT-211231). #}
{% macro is_htx_perpetual(contract_code='contract_code') -%}
    ({{ contract_code }} like '%-USDT' or {{ contract_code }} like '%-USD')
{%- endmacro %}

{# COIN-M: contracts are so many USD. #}
{% macro is_htx_inverse(contract_code='contract_code') -%}
    ({{ contract_code }} like '%-USD')
{%- endmacro %}

{# 100 USD for BTC, 10 USD for all others: every row of the recorded COIN-M list says so. Used where a list
   does not give the size. #}
{% macro htx_coin_m_contract_usd(contract_code='contract_code') -%}
    case when {{ contract_code }} = 'BTC-USD' then 100.0 else 10.0 end
{%- endmacro %}
