{# What Bitget's symbols say by themselves: BTCUSDT, BTCPERP (USDC) and BTCUSD (coin-margined). Dated contracts end in a month and year. #}
{% macro is_bitget_inverse(symbol='symbol') -%}
    (right({{ symbol }}, 3) = 'USD')
{%- endmacro %}

{% macro is_bitget_perpetual(symbol='symbol') -%}
    ({{ symbol }} like '%USDT' or {{ symbol }} like '%USDC' or {{ symbol }} like '%PERP' or {{ is_bitget_inverse(symbol) }})
{%- endmacro %}
