{# What Binance's symbols say by themselves; REST and the archive write them alike. #}

{# USD-M perpetuals carry no suffix (dated ones do: BTCUSDT_240628); COIN-M perpetuals end in _PERP (BTCUSD_240628 does not). #}
{% macro is_binance_perpetual(product, symbol='symbol') -%}
    (({{ product }} = 'um' and position('_' in {{ symbol }}) = 0) or ({{ product }} = 'cm' and right({{ symbol }}, 5) = '_PERP'))
{%- endmacro %}

{# Quote assets that count 1:1 as USD; a market quoted in anything else (ETHBTC) has no USD figure of its own. #}
{% macro is_dollar_quoted(symbol='symbol') -%}
    ({{ symbol }} like '%USDT' or {{ symbol }} like '%USDC' or {{ symbol }} like '%BUSD' or {{ symbol }} like '%USD1')
{%- endmacro %}
