{# What Coinbase International's symbols say by themselves. #}

{# BTC-PERP; spot is BTC-USDC. Coinbase Advanced writes BTC-PERP-INTX, and its own futures BIP-20DEC30-CDE. #}
{% macro is_coinbase_perpetual(symbol='symbol') -%}
    ({{ symbol }} like '%-PERP')
{%- endmacro %}

{# The first day in the books of Deribit, where everything is counted from then on. #}
{% macro coinbase_moved_on() -%}
    cast('2026-09-09' as date)
{%- endmacro %}

{# Whether something is told of a perpetual while it was in the venue's own books. #}
{% macro is_coinbase_own(at) -%}
    {{ is_coinbase_perpetual() }} and {{ at }} < {{ day_start(coinbase_moved_on()) }}
{%- endmacro %}
