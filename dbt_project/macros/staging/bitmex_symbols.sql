{# What BitMEX's symbols say by themselves. #}

{# Perpetuals end in their quote (XBTUSD, ADAUSDT, XBTEUR); dated futures end in digits (XBTM21), spot, options and forecasts have an
   underscore (XBT_USDT), as has one perpetual, settled in ether. #}
{% macro is_bitmex_perpetual(symbol='symbol') -%}
    (
        {{ symbol }} = 'ETHUSD_ETH'
        or (
            position('_' in {{ symbol }}) = 0
            and ({{ symbol }} like '%USD' or {{ symbol }} like '%USDT' or {{ symbol }} like '%USDC' or {{ symbol }} like '%EUR')
        )
    )
{%- endmacro %}

{# Quote assets that count 1:1 as USD; XBTEUR has no USD figure of its own. #}
{% macro is_bitmex_dollar_quoted(symbol='symbol') -%}
    ({{ symbol }} not like '%EUR')
{%- endmacro %}

{# Trading ended at 04:00 UTC of this day. #}
{% macro bitmex_closed_on() -%}
    cast('2026-09-23' as date)
{%- endmacro %}
