{# What Bybit's symbols say by themselves. #}

{# Linear perpetuals have no dash (dated ones do: BTCUSDT-26JUN26, BTC-26JUN26); inverse perpetuals end in USD (BTCUSDM26 does not). #}
{% macro is_bybit_perpetual(category='category', symbol='symbol') -%}
    (({{ category }} = 'linear' and position('-' in {{ symbol }}) = 0) or ({{ category }} = 'inverse' and right({{ symbol }}, 3) = 'USD'))
{%- endmacro %}

{# Quote assets that count 1:1 as USD: USDT, and USDC, whose perpetuals are named BTCPERP. #}
{% macro is_bybit_dollar_quoted(symbol='symbol') -%}
    ({{ symbol }} like '%USDT' or {{ symbol }} like '%PERP' or {{ symbol }} like '%USDC')
{%- endmacro %}

{# One side of open interest, from a row that has both sides and, since 2026-06, the single side too. #}
{% macro bybit_one_side() -%}
    coalesce(single_open_interest, open_interest / 2)
{%- endmacro %}
