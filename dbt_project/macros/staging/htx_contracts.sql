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

{# What is traded, of the venue's own labels, which are joined with commas. tradfi_labels are asked first: metals and
   commodities, then stocks before indices, for funds are both. Some stocks have labels alone. A coin has neither. #}
{% macro htx_class() -%}
    case
        when {{ htx_is_labelled('tradfi_labels', ['metals', 'commodities']) }} then 'commodity'
        when {{ htx_is_labelled('tradfi_labels', ['stocks', 'stock']) }} then 'equity'
        when {{ htx_is_labelled('tradfi_labels', ['indices', 'index']) }} then 'index'
        when {{ htx_is_labelled('tradfi_labels', ['forex', 'fx']) }} then 'fx'
        when {{ htx_is_labelled('labels', ['metals', 'commodities']) }} then 'commodity'
        when {{ htx_is_labelled('labels', ['stocks', 'stock']) }} then 'equity'
        when {{ htx_is_labelled('labels', ['indices', 'index']) }} then 'index'
        when {{ htx_is_labelled('labels', ['forex', 'fx']) }} then 'fx'
        when coalesce(tradfi_labels, '') <> '' or {{ htx_is_labelled('labels', ['tradfi']) }} then 'other'
        else 'crypto'
    end
{%- endmacro %}

{% macro htx_is_labelled(column, labels) -%}
    ({% for label in labels %}concat(',', lower(coalesce({{ column }}, '')), ',') like '%,{{ label }},%'{{ ' or ' if not loop.last }}{% endfor %})
{%- endmacro %}
