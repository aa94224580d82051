{# What HTX's contract codes say by themselves, and what its contracts are worth. #}

{# Perpetuals are BTC-USDT and BTC-USD; dated ones carry their day (BTC-USDT-211231). #}
{% macro is_htx_perpetual(contract_code='contract_code') -%}
    ({{ contract_code }} like '%-USDT' or {{ contract_code }} like '%-USD')
{%- endmacro %}

{# Base (USDT-M) or USD (COIN-M) per contract as the list gave it last, one row per contract. #}
{% macro htx_contract_sizes() -%}
    select
        contract_code,
        max_by(contract_size, observed_on) as contract_size
    from {{ source('htx', 'instruments') }}
    group by contract_code
{%- endmacro %}

{# 100 USD for BTC, 10 USD for all others: every row of the recorded COIN-M list says so. Used where no list gives the size. #}
{% macro htx_coin_m_contract_usd(contract_code='contract_code') -%}
    case when {{ contract_code }} = 'BTC-USD' then 100.0 else 10.0 end
{%- endmacro %}
